package org.isengard.dicom.net;

import java.io.IOException;
import org.isengard.dicom.Attributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives requests on an association and has them performed, until the association ends. */
final class DimseDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(DimseDispatcher.class);

    private final Association association;
    private final DimseHandler handler;

    DimseDispatcher(Association association, DimseHandler handler) {
        this.association = association;
        this.handler = handler;
    }

    void run() throws AssociationException {
        Message message;
        while ((message = association.receive()) != null) {
            CommandSet command = message.command();
            if (command.isResponse() || command.commandField() == CommandSet.C_CANCEL_RQ) {
                // A cancel request may cross the final response of its operation.
                LOG.debug("Passed over from {}: {}", association.remoteAet(), command);
            } else {
                perform(message);
            }
        }
    }

    /** Performs one request and answers it. */
    void perform(Message message) throws AssociationException {
        var operation = new Operation(association, message.context(), message.command());
        try {
            switch (operation.command().commandField()) {
                case CommandSet.C_ECHO_RQ:
                    respond(operation, handler.echo(operation));
                    break;
                case CommandSet.C_STORE_RQ:
                    requireDataSet(message);
                    respond(operation, handler.store(operation, message.dataSet()));
                    break;
                case CommandSet.C_FIND_RQ:
                    find(operation, identifier(message));
                    break;
                case CommandSet.C_MOVE_RQ:
                    move(operation, identifier(message));
                    break;
                case CommandSet.C_GET_RQ:
                    get(operation, identifier(message));
                    break;
                case CommandSet.N_ACTION_RQ:
                    int action = operation.command().getInt(CommandSet.ACTION_TYPE_ID, 0);
                    reply(
                            operation,
                            CommandSet.ACTION_TYPE_ID,
                            action,
                            handler.action(operation, action, information(message)));
                    break;
                case CommandSet.N_EVENT_REPORT_RQ:
                    int event = operation.command().getInt(CommandSet.EVENT_TYPE_ID, 0);
                    reply(
                            operation,
                            CommandSet.EVENT_TYPE_ID,
                            event,
                            handler.eventReport(operation, event, information(message)));
                    break;
                default:
                    throw new DimseException(Status.UNRECOGNIZED_OPERATION, "Operation not supported");
            }
        } catch (DimseException e) {
            LOG.info("{} from {} fails: {}", operation.command(), association.remoteAet(), e.getMessage());
            fail(operation, e.status(), e.getMessage());
        } catch (IOException | RuntimeException | LinkageError e) {
            if (association.failure() != null) {
                throw association.failure();
            }
            // A linkage error is a bundle that goes away under us; the peer may try again.
            LOG.warn("{} from {} fails", operation.command(), association.remoteAet(), e);
            fail(operation, Status.PROCESSING_FAILURE, e.getMessage());
        }
    }

    private void find(Operation operation, Attributes identifier) throws IOException {
        var responses = new FindResponses(operation);
        handler.find(operation, identifier, responses);
        respond(operation, responses.isCancelled() ? Status.CANCEL : Status.SUCCESS);
    }

    private void move(Operation operation, Attributes identifier) throws IOException {
        String destination = operation.command().getString(CommandSet.MOVE_DESTINATION, "");
        var progress = new SubOperations(operation);
        handler.move(operation, identifier, destination, progress);
        progress.finish();
    }

    private void get(Operation operation, Attributes identifier) throws IOException {
        var progress = new SubOperations(operation);
        handler.get(operation, identifier, progress);
        progress.finish();
    }

    private void reply(Operation operation, int typeElement, int type, Attributes dataSet) throws AssociationException {
        CommandSet response = operation.command().response(Status.SUCCESS).setInt(typeElement, type);
        if (dataSet == null) {
            association.send(operation.context(), response);
        } else {
            association.send(operation.context(), response, DataSets.encode(dataSet, operation.context()));
        }
    }

    private void respond(Operation operation, int status) throws AssociationException {
        association.send(operation.context(), operation.command().response(status));
    }

    private void fail(Operation operation, int status, String comment) throws AssociationException {
        association.send(
                operation.context(), operation.command().response(status).setErrorComment(comment));
    }

    private static Attributes identifier(Message message) throws IOException {
        requireDataSet(message);
        return DataSets.decode(message);
    }

    private static Attributes information(Message message) throws IOException {
        return message.dataSet() == null ? null : DataSets.decode(message);
    }

    private static void requireDataSet(Message message) throws DimseException {
        if (message.dataSet() == null) {
            throw new DimseException(Status.MISTYPED_ARGUMENT, "The request has no data set");
        }
    }
}
