package org.isengard.dicom.net;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;

/** The storage sub-operations of a C-MOVE or C-GET: counts them, tells the peer, and for C-GET performs them. */
public final class SubOperations extends Cancellation {
    private final List<String> failedInstances = new ArrayList<>();
    private int remaining;
    private int completed;
    private int failed;
    private int warning;

    SubOperations(Operation operation) {
        super(operation);
    }

    /** How many sub-operations there will be; call it first. */
    public void total(int count) {
        remaining = count;
    }

    public void completed() {
        completed++;
        step();
    }

    public void warning() {
        warning++;
        step();
    }

    public void failed(String sopInstance) {
        failed++;
        failedInstances.add(sopInstance);
        step();
    }

    private void step() {
        if (remaining > 0) {
            remaining--;
        }
    }

    /** Sends a pending response with the present counts; that of a C-GET leaves with the instance that follows. */
    public void report() throws AssociationException {
        CommandSet response = operation.command().response(Status.PENDING);
        boolean instanceFollows = operation.command().commandField() == CommandSet.C_GET_RQ;
        operation.association().send(operation.context(), counts(response, true), instanceFollows);
    }

    /**
     * Sends an instance to the peer of a C-GET on the same association and counts the outcome.
     *
     * @param dataSet without preamble and meta header, in exactly this transfer syntax
     * @return the status of the peer
     * @throws DimseException if there is no presentation context for it (counted as failed)
     */
    public int store(String sopClass, String sopInstance, String transferSyntax, InputStream dataSet)
            throws IOException {
        Association association = operation.association();
        PresentationContext context =
                association.context(sopClass, transferSyntax).orElse(null);
        if (context == null) {
            failed(sopInstance);
            throw new DimseException(
                    Status.SOP_CLASS_NOT_SUPPORTED, "No context for " + sopClass + " in " + transferSyntax);
        }
        CommandSet request = DicomClient.storeRequest(association.nextMessageId(), sopClass, sopInstance);
        association.send(context, request, dataSet);
        while (true) {
            Message message = association.receive();
            if (message == null) {
                throw new AssociationException("Released while an operation was running");
            }
            if (message.command().commandField() == (CommandSet.C_STORE_RQ | CommandSet.RESPONSE)) {
                return count(message.command().status(), sopInstance);
            }
            if (!note(message)) {
                association.abort();
                throw new AssociationException("Expected the answer to C-STORE: " + message.command());
            }
        }
    }

    private int count(int status, String sopInstance) {
        if (status == Status.SUCCESS) {
            completed();
        } else if (Status.isWarning(status)) {
            warning();
        } else {
            failed(sopInstance);
        }
        return status;
    }

    private CommandSet counts(CommandSet response, boolean withRemaining) {
        if (withRemaining) {
            response.setInt(CommandSet.REMAINING_SUB_OPERATIONS, Math.min(remaining, 0xffff));
        }
        return response.setInt(CommandSet.COMPLETED_SUB_OPERATIONS, Math.min(completed, 0xffff))
                .setInt(CommandSet.FAILED_SUB_OPERATIONS, Math.min(failed, 0xffff))
                .setInt(CommandSet.WARNING_SUB_OPERATIONS, Math.min(warning, 0xffff));
    }

    /** The final response, PS3.4 sections C.4.2.1.5 and C.4.3.1.4, with the list of failed instances if there are. */
    void finish() throws AssociationException {
        int status = Status.SUCCESS;
        if (isCancelled()) {
            status = Status.CANCEL;
        } else if (failed > 0) {
            status = completed + warning == 0
                    ? Status.UNABLE_TO_PERFORM_SUB_OPERATIONS
                    : Status.SUB_OPERATIONS_WITH_FAILURES;
        } else if (warning > 0) {
            status = Status.SUB_OPERATIONS_WITH_FAILURES;
        }
        CommandSet response = counts(operation.command().response(status), status == Status.CANCEL);
        if (failedInstances.isEmpty()) {
            operation.association().send(operation.context(), response);
        } else {
            var identifier = new Attributes();
            identifier.setString(Tag.FailedSOPInstanceUIDList, VR.UI, failedInstances.toArray(new String[0]));
            byte[] encoded = DataSets.encode(identifier, operation.context());
            operation.association().send(operation.context(), response, encoded);
        }
    }
}
