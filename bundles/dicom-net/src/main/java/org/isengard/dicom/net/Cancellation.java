package org.isengard.dicom.net;

/** Notices C-CANCEL-RQ while an operation runs, PS3.7 section 9.3.2.3. */
class Cancellation {
    /** Looking at the socket costs as much as a short response. */
    private static final long LOOK_NANOS = 500_000;

    final Operation operation;
    private boolean cancelled;
    private long nextLook = System.nanoTime();

    Cancellation(Operation operation) {
        this.operation = operation;
    }

    /**
     * Whether the peer wants the operation to stop. Looks at what has arrived without waiting, but not more than
     * two thousand times a second.
     *
     * @throws AssociationException if the association is lost, or the peer sends something else
     */
    public boolean isCancelled() throws AssociationException {
        long now = System.nanoTime();
        if (cancelled || now - nextLook < 0) {
            return cancelled;
        }
        nextLook = now + LOOK_NANOS;
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
