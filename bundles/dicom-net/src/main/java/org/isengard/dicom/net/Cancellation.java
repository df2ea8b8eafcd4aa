package org.isengard.dicom.net;

/** Notices C-CANCEL-RQ while an operation runs, PS3.7 section 9.3.2.3. */
class Cancellation {
    final Operation operation;
    private boolean cancelled;

    Cancellation(Operation operation) {
        this.operation = operation;
    }

    /**
     * Whether the peer wants the operation to stop. Looks at what has arrived without waiting.
     *
     * @throws AssociationException if the association is lost, or the peer sends something else
     */
    public boolean isCancelled() throws AssociationException {
        Association association = operation.association();
        while (!cancelled && association.hasInput()) {
            Message message = association.receive();
            if (message == null) {
                throw new AssociationException("Released while an operation was running");
            }
            if (!note(message)) {
                association.abort();
                throw new AssociationException("Expected only C-CANCEL while an operation runs: " + message.command());
            }
        }
        return cancelled;
    }

    /** Takes note if the message is a cancel request. */
    boolean note(Message message) {
        boolean cancel = message.command().commandField() == CommandSet.C_CANCEL_RQ;
        if (cancel
                && message.command().getInt(CommandSet.MESSAGE_ID_BEING_RESPONDED_TO, -1)
                        == operation.command().messageId()) {
            cancelled = true;
        }
        return cancel;
    }
}
