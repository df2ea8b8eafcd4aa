package org.isengard.dicom.net;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * An established association: DIMSE messages go out and come in. It belongs to one thread at a time, except for
 * {@link #abort}.
 */
public final class Association implements AutoCloseable {
    private static final int LONGEST_COMMAND = 64 * 1024;
    /** Read at once of a data set that is sent: files of images are longer. */
    private static final int SEND_CHUNK = 128 * 1024;
    /** How long the end of a data set that is too long is waited for, so that the peer reads the answer. */
    private static final int OVERRUN_MILLIS = 10_000;
    /** Bytes of short messages that wait for others. */
    private static final int MOST_WAITING = 32 * 1024;

    private final Socket socket;
    private final PduInput in;
    private final PduOutput out;
    private final AssociateRequest request;
    private final AssociateAccept accept;
    private final boolean requestor;
    private final Map<Integer, PresentationContext> contexts;
    private final InetSocketAddress remote;
    private final Instant since = Instant.now();
    private volatile long messages;
    private DataSetInput dataSet;
    private byte[] chunk;
    private long longestDataSet;
    private int lastMessageId;
    private volatile boolean ended;
    private volatile long idleSince;
    private volatile AssociationException failure;

    Association(
            Socket socket,
            PduInput in,
            PduOutput out,
            AssociateRequest request,
            AssociateAccept accept,
            boolean requestor) {
        this.socket = socket;
        this.in = in;
        this.out = out;
        this.request = request;
        this.accept = accept;
        this.requestor = requestor;
        this.contexts = AssociatePdus.accepted(accept.contexts());
        this.remote = (InetSocketAddress) socket.getRemoteSocketAddress();
        StuckWrites.watch(this);
    }

    /**
     * Connects and negotiates.
     *
     * @throws AssociationRejectedException if the peer says no
     * @throws AssociationException if there is no connection or no answer in time
     */
    public static Association open(AssociationOptions options) throws AssociationException {
        return Requestor.open(options);
    }

    public AssociateRequest request() {
        return request;
    }

    public AssociateAccept accept() {
        return accept;
    }

    public String callingAet() {
        return request.callingAet();
    }

    public String calledAet() {
        return request.calledAet();
    }

    /** The other side's AE title. */
    public String remoteAet() {
        return requestor ? request.calledAet() : request.callingAet();
    }

    public InetSocketAddress remote() {
        return remote;
    }

    public boolean isRequestor() {
        return requestor;
    }

    /** The accepted presentation contexts. */
    public Collection<PresentationContext> contexts() {
        return Collections.unmodifiableCollection(contexts.values());
    }

    /** An accepted context for this SOP class in exactly this transfer syntax. */
    public Optional<PresentationContext> context(String sopClass, String transferSyntax) {
        return contexts.values().stream()
                .filter(c -> c.abstractSyntax().equals(sopClass)
                        && c.transferSyntax().equals(transferSyntax))
                .findFirst();
    }

    /** An accepted context for this SOP class in any transfer syntax. */
    public Optional<PresentationContext> context(String sopClass) {
        return contexts.values().stream()
                .filter(c -> c.abstractSyntax().equals(sopClass))
                .findFirst();
    }

    /** Released, aborted or broken: nothing more can be sent or received. */
    public boolean isEnded() {
        return ended;
    }

    /** Why the association broke, or null if it did not. */
    public AssociationException failure() {
        return failure;
    }

    /** When it was established. May be asked from any thread, as all these figures. */
    public Instant since() {
        return since;
    }

    /** Messages received so far. */
    public long messages() {
        return messages;
    }

    /** Bytes received so far. */
    public long received() {
        return in.received();
    }

    /** Bytes sent so far. */
    public long sent() {
        return out.sent();
    }

    /** Whether the association has been waiting that long for the peer's next message. May be asked from any thread. */
    boolean isIdleFor(long nanos) {
        long since = idleSince;
        return since != 0 && System.nanoTime() - since > nanos;
    }

    /** How long to wait for the peer in {@link #receive} and while a data set arrives; 0: for ever. */
    public void timeout(int millis) throws AssociationException {
        try {
            in.timeout(millis);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /** Bytes of a data set after which reading it fails, with the status "out of resources"; 0: any number. */
    void longestDataSet(long bytes) {
        longestDataSet = bytes;
    }

    int nextMessageId() {
        lastMessageId = lastMessageId % 0xffff + 1;
        return lastMessageId;
    }

    /** Whether something of the peer's waits to be received. */
    boolean hasInput() throws AssociationException {
        try {
            return in.hasInput();
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /** Waits for something of the peer's. @return false when nothing came within these milliseconds */
    boolean awaitInput(int millis) throws AssociationException {
        try {
            return in.awaitInput(Math.max(1, millis));
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /** Waits for the next message; null when the peer released the association. */
    public Message receive() throws AssociationException {
        try {
            finishDataSet();
            if (dataSet != null) {
                finishOverrun();
            }
            idleSince = System.nanoTime();
            boolean arrived = nextValue(true);
            idleSince = 0;
            if (!arrived) {
                return null;
            }
            messages = messages + 1;
            int contextId = in.pdvContext();
            PresentationContext context = contexts.get(contextId);
            if (context == null) {
                throw new AssociationException("Presentation context " + contextId + " is not accepted");
            }
            CommandSet command = CommandSet.decode(readCommand(contextId));
            if (command.hasDataSet()) {
                dataSet = new DataSetInput(this, in, contextId, longestDataSet);
            }
            return new Message(context, command, dataSet);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /** Reads the data set to its end, if it is not too long. */
    private void finishDataSet() throws IOException {
        if (dataSet != null && dataSet.drain()) {
            dataSet = null;
        }
    }

    /** Reads to the end of a data set that is too long, unless there is none. */
    private void finishOverrun() throws IOException {
        in.deadlineIn(in.timeout() == 0 ? OVERRUN_MILLIS : Math.min(OVERRUN_MILLIS, in.timeout()));
        try {
            dataSet.drainOverrun();
        } catch (SocketTimeoutException e) {
            throw new AssociationException("A data set of more than " + longestDataSet + " bytes that does not end", e);
        }
        in.noDeadline();
        dataSet = null;
    }

    private byte[] readCommand(int contextId) throws IOException {
        var bytes = new ByteArrayOutputStream(256);
        byte[] chunk = new byte[512];
        while (true) {
            if (!in.pdvIsCommand() || in.pdvContext() != contextId) {
                throw new AssociationException("A data set where a command set was expected");
            }
            if (in.pdvRemaining() > LONGEST_COMMAND - bytes.size()) {
                throw new AssociationException("Command set longer than " + LONGEST_COMMAND + " bytes");
            }
            while (in.pdvRemaining() > 0) {
                bytes.write(chunk, 0, in.readPdv(chunk, 0, chunk.length));
            }
            if (in.pdvIsLast()) {
                return bytes.toByteArray();
            }
            nextValue(false);
        }
    }

    /**
     * Goes on to the next presentation data value, handling other PDUs.
     *
     * @return false if the peer released the association, which it may only between messages
     */
    boolean nextValue(boolean betweenMessages) throws IOException {
        while (in.pduEnded()) {
            int type = in.nextPdu();
            if (type == Pdu.ABORT) {
                byte[] body = in.body();
                end();
                throw new AssociationAbortedException(
                        body.length > 2 ? body[2] & 0xff : 0, body.length > 3 ? body[3] & 0xff : 0);
            }
            if (type == Pdu.RELEASE_RQ && betweenMessages) {
                in.body();
                out.write(Pdu.small(Pdu.RELEASE_RP, 0, 0, 0));
                end();
                return false;
            }
            if (type != Pdu.DATA_TF) {
                throw new AssociationException("PDU of type " + type + " within an association");
            }
        }
        in.nextPdv();
        return true;
    }

    /** Sends a message without data set. */
    public void send(PresentationContext context, CommandSet command) throws AssociationException {
        send(context, command, false);
    }

    /** Sends a message without data set. @param moreFollow so soon that it may leave with them in one piece */
    void send(PresentationContext context, CommandSet command, boolean moreFollow) throws AssociationException {
        try {
            writeCommand(context, command.setInt(CommandSet.COMMAND_DATA_SET_TYPE, CommandSet.NO_DATA_SET));
            flush(moreFollow);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    private void flush(boolean moreFollow) throws IOException {
        if (!moreFollow || out.waiting() > MOST_WAITING) {
            out.flush();
        }
    }

    /** Sends a message with a short data set, with one write where it fits. */
    public void send(PresentationContext context, CommandSet command, byte[] dataSet) throws AssociationException {
        send(context, command, dataSet, false);
    }

    /** Sends a message with a short data set. @param moreFollow at once, so that it may leave with them in one piece */
    void send(PresentationContext context, CommandSet command, byte[] dataSet, boolean moreFollow)
            throws AssociationException {
        try {
            writeCommand(context, command.setInt(CommandSet.COMMAND_DATA_SET_TYPE, CommandSet.DATA_SET_FOLLOWS));
            try (OutputStream part = out.part(context.id(), false)) {
                part.write(dataSet);
            }
            flush(moreFollow);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /**
     * Sends a message with the data set that is read from {@code source}. If reading fails the association is
     * aborted, since the peer cannot tell a broken data set from a complete one.
     */
    public void send(PresentationContext context, CommandSet command, InputStream source) throws IOException {
        if (chunk == null) {
            chunk = new byte[SEND_CHUNK];
        }
        try {
            writeCommand(context, command.setInt(CommandSet.COMMAND_DATA_SET_TYPE, CommandSet.DATA_SET_FOLLOWS));
        } catch (IOException e) {
            throw fail(e);
        }
        OutputStream part = out.part(context.id(), false);
        while (true) {
            int count;
            try {
                count = source.read(chunk, 0, chunk.length);
            } catch (IOException | RuntimeException e) {
                abort();
                throw e;
            }
            try {
                if (count < 0) {
                    part.close();
                    out.flush();
                    return;
                }
                part.write(chunk, 0, count);
            } catch (IOException e) {
                throw fail(e);
            }
        }
    }

    private void writeCommand(PresentationContext context, CommandSet command) throws IOException {
        if (ended) {
            throw new AssociationException("The association has ended");
        }
        // An answer before the end of the request confuses peers that only write while they write.
        finishDataSet();
        try (OutputStream part = out.part(context.id(), true)) {
            part.write(command.encode());
        }
    }

    /** Ends the association in good order (A-RELEASE) and closes the connection. */
    public void release() throws AssociationException {
        if (ended) {
            return;
        }
        try {
            out.write(Pdu.small(Pdu.RELEASE_RQ, 0, 0, 0));
            int type;
            while ((type = in.nextPdu()) != Pdu.RELEASE_RP) {
                if (type == Pdu.ABORT) {
                    break;
                }
                if (type == Pdu.RELEASE_RQ) {
                    // Both sides at once: PS3.8 section 7.2.2.
                    in.body();
                    out.write(Pdu.small(Pdu.RELEASE_RP, 0, 0, 0));
                } else if (type == Pdu.DATA_TF) {
                    readOver();
                } else {
                    throw new AssociationException("PDU of type " + type + " instead of a release");
                }
            }
            end();
        } catch (IOException e) {
            throw fail(e);
        }
    }

    private void readOver() throws IOException {
        byte[] chunk = new byte[4096];
        while (!in.pduEnded()) {
            in.nextPdv();
            while (in.pdvRemaining() > 0) {
                in.readPdv(chunk, 0, chunk.length);
            }
        }
    }

    /** Breaks the association off (A-ABORT). May be called from any thread; harmless when it has ended. */
    public void abort() {
        if (!ended) {
            out.tryWrite(Pdu.small(Pdu.ABORT, 0, Pdu.ABORT_BY_USER, 0));
            end();
        }
    }

    /** Releases the association, or just closes the connection where that fails. */
    @Override
    public void close() {
        try {
            release();
        } catch (AssociationException alreadyLost) {
            end();
        }
    }

    /** Notes why the association broke, tells the peer where that may help, and closes the connection. */
    AssociationException fail(IOException cause) {
        AssociationException wrapped;
        if (cause instanceof AssociationException) {
            wrapped = (AssociationException) cause;
        } else if (cause instanceof SocketTimeoutException) {
            wrapped = new AssociationException("No answer from " + remote + " in time", cause);
        } else if (cause instanceof EOFException) {
            wrapped = new AssociationException("Connection closed by " + remote, cause);
        } else {
            wrapped = new AssociationException("Connection to " + remote + " lost: " + cause.getMessage(), cause);
        }
        if (failure == null) {
            failure = wrapped;
        }
        if (!ended && !(cause instanceof EOFException)) {
            out.tryWrite(Pdu.small(Pdu.ABORT, 0, Pdu.ABORT_BY_PROVIDER, 0));
        }
        end();
        return wrapped;
    }

    /** Called by the clock. */
    void endIfStuck() {
        int limit = in.timeout();
        if (limit > 0 && out.isWritingFor(limit * 1_000_000L)) {
            failure = new AssociationException(remote + " does not read what it is sent");
            end();
        }
    }

    private void end() {
        ended = true;
        StuckWrites.forget(this);
        Sockets.closeQuietly(socket);
    }
}
