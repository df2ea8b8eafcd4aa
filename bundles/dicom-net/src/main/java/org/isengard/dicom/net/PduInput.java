package org.isengard.dicom.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** Reads PDUs and the presentation data values inside P-DATA-TF; nothing is believed that a length field says. */
final class PduInput {
    private final Socket socket;
    private final InputStream in;
    private final QuickAck quickAck;
    private final long longestData;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int limit;
    private long deadline;
    private volatile int timeout;
    private volatile long received;

    private int pduType;
    private long pduRemaining;
    private long pdvRemaining;
    private int pdvContext;
    private int pdvControl;

    /**
     * @param socket read through {@code in}, possibly a TLS socket
     * @param tcp the connection under it, for its options
     * @param announced longest P-DATA-TF the peer was told, 0: any
     */
    PduInput(Socket socket, Socket tcp, long announced) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        quickAck = new QuickAck(tcp);
        longestData = announced == 0 ? 0xffffffffL : Math.max(announced, Pdu.LONGEST_DATA);
    }

    int timeout() {
        return timeout;
    }

    /** Milliseconds without a byte after which reading fails; 0: never. */
    void timeout(int millis) throws IOException {
        timeout = millis;
        socket.setSoTimeout(millis);
    }

    /** Bounds everything read until {@link #noDeadline}, however slowly the bytes trickle. 0: unbounded. */
    void deadlineIn(int millis) {
        deadline = millis == 0 ? 0 : System.nanoTime() + millis * 1_000_000L;
    }

    void noDeadline() throws IOException {
        deadline = 0;
        socket.setSoTimeout(timeout);
    }

    /** Bytes so far; may be asked from any thread. */
    long received() {
        return received;
    }

    /** Whether bytes wait that a read would give at once. */
    boolean hasInput() throws IOException {
        return pdvRemaining > 0 || pduRemaining > 0 || position < limit || in.available() > 0;
    }

    /** Waits for bytes. @return false when none came within these milliseconds, at least 1 */
    boolean awaitInput(int millis) throws IOException {
        if (hasInput()) {
            return true;
        }
        socket.setSoTimeout(millis);
        try {
            fill();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(timeout);
        }
    }

    /** Reads the header of the next PDU and gives its type. The one before must be read to its end. */
    int nextPdu() throws IOException {
        pduType = u8();
        u8();
        pduRemaining = u32();
        boolean data = pduType == Pdu.DATA_TF;
        long longest = data ? longestData : pduType <= Pdu.ASSOCIATE_AC ? Pdu.LONGEST_ASSOCIATE : 4;
        if (pduType < Pdu.ASSOCIATE_RQ || pduType > Pdu.ABORT) {
            throw new AssociationException("Unknown PDU type " + pduType);
        }
        if (pduRemaining > longest) {
            throw new AssociationException(
                    "PDU of type " + pduType + " has " + pduRemaining + " bytes, more than " + longest);
        }
        return pduType;
    }

    /** The body of a PDU other than P-DATA-TF; {@link #nextPdu} has bounded it. */
    byte[] body() throws IOException {
        byte[] body = new byte[(int) pduRemaining];
        readFully(body);
        pduRemaining = 0;
        return body;
    }

    boolean pduEnded() {
        return pduRemaining == 0;
    }

    /** Reads the header of the next presentation data value in this P-DATA-TF. */
    void nextPdv() throws IOException {
        if (pduRemaining < Pdu.PDV_HEADER_LENGTH) {
            throw new AssociationException("P-DATA-TF ends within a presentation data value");
        }
        long length = u32();
        if (length < 2 || length > pduRemaining - 4) {
            throw new AssociationException(
                    "Presentation data value of " + length + " bytes, " + (pduRemaining - 4) + " are left");
        }
        pdvContext = u8();
        pdvControl = u8();
        pdvRemaining = length - 2;
        pduRemaining -= Pdu.PDV_HEADER_LENGTH;
    }

    int pdvContext() {
        return pdvContext;
    }

    boolean pdvIsCommand() {
        return (pdvControl & 1) != 0;
    }

    boolean pdvIsLast() {
        return (pdvControl & 2) != 0;
    }

    long pdvRemaining() {
        return pdvRemaining;
    }

    /** Reads from the present value, at least one byte of what remains of it. */
    int readPdv(byte[] target, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, pdvRemaining);
        int count;
        if (position == limit && wanted >= buffer.length) {
            count = receive(target, offset, wanted);
        } else {
            if (position == limit) {
                fill();
            }
            count = Math.min(wanted, limit - position);
            System.arraycopy(buffer, position, target, offset, count);
            position += count;
        }
        pdvRemaining -= count;
        pduRemaining -= count;
        return count;
    }

    private int u8() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private long u32() throws IOException {
        return (long) u8() << 24 | u8() << 16 | u8() << 8 | u8();
    }

    private void readFully(byte[] target) throws IOException {
        int done = 0;
        while (done < target.length) {
            if (position == limit) {
                fill();
            }
            int count = Math.min(target.length - done, limit - position);
            System.arraycopy(buffer, position, target, done, count);
            position += count;
            done += count;
        }
    }

    private void fill() throws IOException {
        limit = receive(buffer, 0, buffer.length);
        position = 0;
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
        if (deadline != 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no complete PDU in time");
            }
            socket.setSoTimeout((int) left);
        }
        int count = in.read(target, offset, length);
        if (count <= 0) {
            limit = position;
            throw new EOFException("the connection was closed by the peer");
        }
        quickAck.rearm();
        received = received + count;
        return count;
    }
}
