package org.isengard.dicom.net;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invokes operations on a peer, one at a time, and waits for their end. Belongs to one thread at a time.
 *
 * <p>Statuses are returned, not thrown: {@link Status} tells what they mean. {@link AssociationException} means that
 * the association is lost.
 */
public final class DicomClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DicomClient.class);

    private final Association association;

    /** Also for an association that the peer opened, where it agreed to be SCP. */
    public DicomClient(Association association) {
        this.association = association;
    }

    public static DicomClient open(AssociationOptions options) throws AssociationException {
        return new DicomClient(Association.open(options));
    }

    public Association association() {
        return association;
    }

    /** The end of a C-MOVE or C-GET; counts are those of the last response that had any. */
    public record Retrieved(
            int status, int completed, int failed, int warning, List<String> failedInstances, String errorComment) {
        public Retrieved {
            failedInstances = List.copyOf(failedInstances);
        }
    }

    /** The end of another operation. @param dataSet null if the response has none */
    public record Response(int status, String errorComment, Attributes dataSet) {}

    /** C-ECHO. @return the status */
    public int echo() throws IOException {
        PresentationContext context = anyContext(UID.Verification);
        int id = association.nextMessageId();
        association.send(context, CommandSet.request(CommandSet.C_ECHO_RQ, id, UID.Verification));
        return response(id).command().status();
    }

    /**
     * C-STORE.
     *
     * @param dataSet without preamble and meta header, in exactly this transfer syntax
     * @throws DimseException if no such context was accepted
     */
    public Response store(String sopClass, String sopInstance, String transferSyntax, InputStream dataSet)
            throws IOException {
        return store(sopClass, sopInstance, transferSyntax, dataSet, null, 0);
    }

    /** C-STORE as sub-operation of somebody's C-MOVE. @param originatorAet null where there is none */
    public Response store(
            String sopClass,
            String sopInstance,
            String transferSyntax,
            InputStream dataSet,
            String originatorAet,
            int originatorMessageId)
            throws IOException {
        PresentationContext context = association
                .context(sopClass, transferSyntax)
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED,
                        "No presentation context for " + sopClass + " in " + transferSyntax));
        int id = association.nextMessageId();
        CommandSet request = storeRequest(id, sopClass, sopInstance);
        if (originatorAet != null) {
            request.setString(CommandSet.MOVE_ORIGINATOR_AET, originatorAet)
                    .setInt(CommandSet.MOVE_ORIGINATOR_MESSAGE_ID, originatorMessageId);
        }
        association.send(context, request, dataSet);
        return ended(response(id));
    }

    static CommandSet storeRequest(int messageId, String sopClass, String sopInstance) {
        return CommandSet.request(CommandSet.C_STORE_RQ, messageId, sopClass)
                .setUid(CommandSet.AFFECTED_SOP_INSTANCE_UID, sopInstance)
                .setInt(CommandSet.PRIORITY, 0);
    }

    /**
     * C-FIND.
     *
     * @param matches is called with each match; false cancels the query
     */
    public Response find(String sopClass, Attributes query, Predicate<Attributes> matches) throws IOException {
        PresentationContext context = anyContext(sopClass);
        int id = association.nextMessageId();
        CommandSet request =
                CommandSet.request(CommandSet.C_FIND_RQ, id, sopClass).setInt(CommandSet.PRIORITY, 0);
        association.send(context, request, DataSets.encode(query, context));
        boolean cancelled = false;
        while (true) {
            Message message = response(id);
            if (!Status.isPending(message.command().status())) {
                return ended(message);
            }
            if (message.dataSet() != null && !cancelled && !matches.test(DataSets.decode(message))) {
                cancelled = true;
                cancel(context, id);
            }
        }
    }

    /**
     * C-MOVE.
     *
     * @param goOn is called with each pending response; false cancels the operation
     */
    public Retrieved move(String sopClass, Attributes identifier, String destination, Predicate<CommandSet> goOn)
            throws IOException {
        return move(sopClass, identifier, destination, association.nextMessageId(), goOn);
    }

    /** C-MOVE. @param id the message identifier, from 1 to 65535, which the C-STORE requests it causes will name */
    public Retrieved move(
            String sopClass, Attributes identifier, String destination, int id, Predicate<CommandSet> goOn)
            throws IOException {
        PresentationContext context = anyContext(sopClass);
        CommandSet request = CommandSet.request(CommandSet.C_MOVE_RQ, id, sopClass)
                .setInt(CommandSet.PRIORITY, 0)
                .setString(CommandSet.MOVE_DESTINATION, destination);
        association.send(context, request, DataSets.encode(identifier, context));
        boolean cancelled = false;
        while (true) {
            Message message = response(id);
            if (!Status.isPending(message.command().status())) {
                return retrieved(message);
            }
            if (!cancelled && !goOn.test(message.command())) {
                cancelled = true;
                cancel(context, id);
            }
        }
    }

    /**
     * C-GET.
     *
     * @param receiver its {@code store} takes the instances that come back on this association
     * @param goOn is called with each pending response; false cancels the operation
     */
    public Retrieved get(String sopClass, Attributes identifier, DimseHandler receiver, Predicate<CommandSet> goOn)
            throws IOException {
        PresentationContext context = anyContext(sopClass);
        int id = association.nextMessageId();
        CommandSet request =
                CommandSet.request(CommandSet.C_GET_RQ, id, sopClass).setInt(CommandSet.PRIORITY, 0);
        association.send(context, request, DataSets.encode(identifier, context));
        var dispatcher = new DimseDispatcher(association, receiver);
        boolean cancelled = false;
        while (true) {
            Message message = receive();
            if (!message.command().isResponse()) {
                dispatcher.perform(message);
            } else if (!Status.isPending(checked(message, id).command().status())) {
                return retrieved(message);
            } else if (!cancelled && !goOn.test(message.command())) {
                cancelled = true;
                cancel(context, id);
            }
        }
    }

    /** N-ACTION. @param information null for none */
    public Response action(String sopClass, String sopInstance, int actionType, Attributes information)
            throws IOException {
        return notify(sopClass, actionRequest(sopClass, sopInstance, actionType), information);
    }

    private static CommandSet actionRequest(String sopClass, String sopInstance, int actionType) {
        return new CommandSet()
                .setInt(CommandSet.COMMAND_FIELD, CommandSet.N_ACTION_RQ)
                .setUid(CommandSet.REQUESTED_SOP_CLASS_UID, sopClass)
                .setUid(CommandSet.REQUESTED_SOP_INSTANCE_UID, sopInstance)
                .setInt(CommandSet.ACTION_TYPE_ID, actionType);
    }

    /**
     * N-ACTION whose result the peer may report on the same association, before it answers or soon afterwards.
     *
     * @param information null for none
     * @param reports performs what the peer asks for meanwhile
     * @param patience milliseconds to wait for a report when there was none before the answer
     */
    public Response action(
            String sopClass,
            String sopInstance,
            int actionType,
            Attributes information,
            DimseHandler reports,
            int patience)
            throws IOException {
        int id = request(sopClass, actionRequest(sopClass, sopInstance, actionType), information);
        var dispatcher = new DimseDispatcher(association, reports);
        boolean reported = false;
        Message message = receive();
        while (!message.command().isResponse()) {
            dispatcher.perform(message);
            reported = true;
            message = receive();
        }
        Response answer = ended(checked(message, id));
        try {
            if (!reported && !Status.isFailure(answer.status()) && association.awaitInput(patience)) {
                message = association.receive();
                if (message != null && !message.command().isResponse()) {
                    dispatcher.perform(message);
                }
            }
        } catch (AssociationException gone) {
            LOG.debug("{} ended the association after its answer: {}", association.remoteAet(), gone.getMessage());
        }
        return answer;
    }

    /** N-EVENT-REPORT. @param information null for none */
    public Response eventReport(String sopClass, String sopInstance, int eventType, Attributes information)
            throws IOException {
        CommandSet request = new CommandSet()
                .setInt(CommandSet.COMMAND_FIELD, CommandSet.N_EVENT_REPORT_RQ)
                .setUid(CommandSet.AFFECTED_SOP_CLASS_UID, sopClass)
                .setUid(CommandSet.AFFECTED_SOP_INSTANCE_UID, sopInstance)
                .setInt(CommandSet.EVENT_TYPE_ID, eventType);
        return notify(sopClass, request, information);
    }

    private Response notify(String sopClass, CommandSet request, Attributes information) throws IOException {
        return ended(response(request(sopClass, request, information)));
    }

    /** {@return the message identifier} */
    private int request(String sopClass, CommandSet request, Attributes information) throws IOException {
        PresentationContext context = anyContext(sopClass);
        int id = association.nextMessageId();
        request.setInt(CommandSet.MESSAGE_ID, id);
        if (information == null) {
            association.send(context, request);
        } else {
            association.send(context, request, DataSets.encode(information, context));
        }
        return id;
    }

    private void cancel(PresentationContext context, int id) throws AssociationException {
        association.send(
                context,
                new CommandSet()
                        .setInt(CommandSet.COMMAND_FIELD, CommandSet.C_CANCEL_RQ)
                        .setInt(CommandSet.MESSAGE_ID_BEING_RESPONDED_TO, id));
    }

    private PresentationContext anyContext(String sopClass) throws DimseException {
        return association
                .context(sopClass)
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED, "The peer did not accept SOP class " + sopClass));
    }

    private Message receive() throws AssociationException {
        Message message = association.receive();
        if (message == null) {
            throw new AssociationException("The peer released the association instead of answering");
        }
        return message;
    }

    private Message response(int id) throws AssociationException {
        return checked(receive(), id);
    }

    private Message checked(Message message, int id) throws AssociationException {
        CommandSet command = message.command();
        if (!command.isResponse() || command.getInt(CommandSet.MESSAGE_ID_BEING_RESPONDED_TO, -1) != id) {
            association.abort();
            throw new AssociationException("Expected the answer to message " + id + ": " + command);
        }
        return message;
    }

    private static Response ended(Message message) throws IOException {
        return new Response(
                message.command().status(),
                message.command().getString(CommandSet.ERROR_COMMENT, ""),
                message.dataSet() == null ? null : DataSets.decode(message));
    }

    private static Retrieved retrieved(Message message) throws IOException {
        CommandSet command = message.command();
        List<String> failedInstances = new ArrayList<>();
        if (message.dataSet() != null) {
            failedInstances.addAll(DataSets.decode(message).getStrings(Tag.FailedSOPInstanceUIDList));
        }
        return new Retrieved(
                command.status(),
                command.getInt(CommandSet.COMPLETED_SUB_OPERATIONS, 0),
                command.getInt(CommandSet.FAILED_SUB_OPERATIONS, 0),
                command.getInt(CommandSet.WARNING_SUB_OPERATIONS, 0),
                failedInstances,
                command.getString(CommandSet.ERROR_COMMENT, ""));
    }

    /** Releases the association. */
    @Override
    public void close() {
        association.close();
    }
}
