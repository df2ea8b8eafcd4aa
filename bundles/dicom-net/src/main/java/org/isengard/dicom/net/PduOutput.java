package org.isengard.dicom.net;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Composes P-DATA-TF PDUs in one buffer and writes them with as few calls as possible: a PDU that leaves in two
 * pieces waits for the acknowledgement of the first.
 */
final class PduOutput {
    private static final int HEADERS = Pdu.HEADER_LENGTH + Pdu.PDV_HEADER_LENGTH;

    private static final Logger LOG = LoggerFactory.getLogger(PduOutput.class);

    private final OutputStream out;
    private final ReentrantLock transmission = new ReentrantLock();
    private byte[] buffer = new byte[16 * 1024];
    private int longestValue = Pdu.LONGEST_DATA - Pdu.PDV_HEADER_LENGTH;
    private int position;
    private volatile long sent;
    private volatile long writingSince;

    PduOutput(OutputStream out) {
        this.out = out;
    }

    /** Longest P-DATA-TF that the peer accepts, 0 for any. */
    void peerLimit(long maxPduLength) throws AssociationException {
        long limit = maxPduLength == 0 ? Pdu.LONGEST_DATA : Math.min(maxPduLength, Pdu.LONGEST_DATA);
        if (limit < Pdu.PDV_HEADER_LENGTH + 2) {
            throw new AssociationException("The peer accepts PDUs of only " + maxPduLength + " bytes");
        }
        longestValue = (int) (limit - Pdu.PDV_HEADER_LENGTH) & ~1;
    }

    /** Whether one and the same write has lasted that long. May be asked from any thread. */
    boolean isWritingFor(long nanos) {
        long start = writingSince;
        return start != 0 && System.nanoTime() - start > nanos;
    }

    /** Bytes so far; may be asked from any thread. */
    long sent() {
        return sent;
    }

    /** Writes a PDU that is complete, with whatever waits before it. */
    void write(byte[] pdu) throws IOException {
        flush();
        transmit(pdu, pdu.length);
    }

    /** {@return how many bytes wait for {@link #flush}} */
    int waiting() {
        return position;
    }

    void flush() throws IOException {
        if (position > 0) {
            int length = position;
            position = 0;
            transmit(buffer, length);
        }
    }

    private void transmit(byte[] bytes, int length) throws IOException {
        transmission.lock();
        try {
            writingSince = System.nanoTime();
            out.write(bytes, 0, length);
            out.flush();
            sent = sent + length;
        } finally {
            writingSince = 0;
            transmission.unlock();
        }
    }

    /** A last word to the peer, from any thread: given up where another PDU is just being written or the peer is gone. */
    void tryWrite(byte[] pdu) {
        if (transmission.tryLock()) {
            try {
                out.write(pdu);
                out.flush();
            } catch (IOException gone) {
                LOG.debug("Abort could not be sent: {}", gone.getMessage());
            } finally {
                transmission.unlock();
            }
        }
    }

    /**
     * A part of a message, command or data set; {@code close} ends it but leaves the last PDU for {@link #flush}. What has
     * an odd length, as deflated files may have, gets a byte 0 at its end (PS3.5 section A.5, PS3.8 annex E.2): DCMTK waits
     * for it.
     */
    OutputStream part(int context, boolean command) {
        return new Part(context, command);
    }

    private final class Part extends OutputStream {
        private final int context;
        private final int control;
        private int start;
        private int valueLength;
        private boolean closed;

        Part(int context, boolean command) {
            this.context = context;
            this.control = command ? 1 : 0;
            begin();
        }

        private void begin() {
            start = position;
            ensure(HEADERS);
            position += HEADERS;
            valueLength = 0;
        }

        private void ensure(int more) {
            if (buffer.length - position < more) {
                int wanted = Math.max(buffer.length * 2, position + more);
                buffer = Arrays.copyOf(buffer, wanted);
            }
        }

        private void end(boolean last) {
            Pdu.putHeader(buffer, start, Pdu.DATA_TF, Pdu.PDV_HEADER_LENGTH + valueLength);
            Pdu.putInt(buffer, start + Pdu.HEADER_LENGTH, valueLength + 2);
            buffer[start + HEADERS - 2] = (byte) context;
            buffer[start + HEADERS - 1] = (byte) (control | (last ? 2 : 0));
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                if (valueLength == longestValue) {
                    end(false);
                    if (position >= Pdu.LONGEST_DATA / 2) {
                        PduOutput.this.flush();
                    }
                    begin();
                }
                int count = Math.min(left, longestValue - valueLength);
                ensure(count);
                System.arraycopy(bytes, from, buffer, position, count);
                position += count;
                valueLength += count;
                from += count;
                left -= count;
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                if ((valueLength & 1) == 1) {
                    // Room is left: the longest value is even.
                    ensure(1);
                    buffer[position++] = 0;
                    valueLength++;
                }
                end(true);
            }
        }
    }
}
