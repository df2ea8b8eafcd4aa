package org.isengard.dicom.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data set of the message received last, piece by piece as it arrives. */
final class DataSetInput extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(DataSetInput.class);

    private final Association association;
    private final PduInput in;
    private final int contextId;
    private final long longest;
    private boolean started;
    private boolean complete;
    private boolean tooLong;
    private long total;

    /** @param longest bytes after which reading fails with the status "out of resources"; 0: any number */
    DataSetInput(Association association, PduInput in, int contextId, long longest) {
        this.association = association;
        this.in = in;
        this.contextId = contextId;
        this.longest = longest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int count = take(target, offset, length);
        total += Math.max(0, count);
        if (!tooLong && longest > 0 && total > longest) {
            tooLong = true;
            throw new DimseException(Status.OUT_OF_RESOURCES, "Data set longer than " + longest + " bytes");
        }
        return count;
    }

    private int take(byte[] target, int offset, int length) throws IOException {
        try {
            if (association.isEnded() && !complete) {
                throw new AssociationException("The association ended within a data set");
            }
            while (!complete && in.pdvRemaining() == 0) {
                if (started && in.pdvIsLast()) {
                    complete = true;
                } else {
                    association.nextValue(false);
                    started = true;
                    if (in.pdvIsCommand() || in.pdvContext() != contextId) {
                        throw new AssociationException("A command set where a data set was expected");
                    }
                }
            }
            return complete ? -1 : in.readPdv(target, offset, length);
        } catch (SocketTimeoutException e) {
            if (tooLong) {
                throw e;
            }
            throw association.fail(e);
        } catch (IOException e) {
            throw association.fail(e);
        }
    }

    @Override
    public int available() {
        return complete ? 0 : (int) Math.min(in.pdvRemaining(), Integer.MAX_VALUE);
    }

    /** {@return whether it was read to its end; not if it is too long} */
    boolean drain() throws IOException {
        byte[] unread = new byte[tooLong ? 0 : 16 * 1024];
        try {
            int count = 0;
            while (count >= 0 && !tooLong) {
                count = read(unread, 0, unread.length);
            }
        } catch (DimseException e) {
            LOG.debug("From {}: {}", association.remote(), e.getMessage());
        }
        return !tooLong;
    }

    void drainOverrun() throws IOException {
        byte[] unread = new byte[64 * 1024];
        int count;
        do {
            count = take(unread, 0, unread.length);
        } while (count >= 0);
    }
}
