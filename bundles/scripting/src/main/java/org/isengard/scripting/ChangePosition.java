package org.isengard.scripting;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far in the changes log scripts were told, kept in a file (the number, then the identifier of the index): what a swap,
 * a stop or a crash kept from being told is told afterwards. The file is not synced for each change: after a loss of power
 * some may be told again.
 *
 * <p>Threading: one number after the other is queued by whoever hears of changes, and told on the thread of the Lua.
 */
final class ChangePosition implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangePosition.class);
    private static final long NONE = -1;
    private static final int MAX_BYTES = 1024;

    private final Path file;
    // A channel would be closed by an interrupt of the thread of a Lua.
    private RandomAccessFile open;
    private String index = "";
    private long queued = NONE;
    private long told = NONE;
    /** Nothing has been told of this index, nor has a change come from it. */
    private boolean isNew;

    private boolean closed;

    /** @param wanted false to forget it: scripts that are configured again some day are not told of what was meanwhile */
    ChangePosition(Path directory, boolean wanted) {
        file = directory.resolve("position");
        try {
            if (wanted) {
                Files.createDirectories(directory);
                open = new RandomAccessFile(file.toFile(), "rw");
                read();
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            notKept(e);
        }
    }

    private void read() throws IOException {
        byte[] content = new byte[(int) Math.min(open.length(), MAX_BYTES)];
        open.readFully(content);
        if (content.length > Long.BYTES) {
            told = ByteBuffer.wrap(content).getLong();
            queued = told;
            index = new String(content, Long.BYTES, content.length - Long.BYTES, StandardCharsets.UTF_8);
        }
    }

    private static void notKept(IOException e) {
        LOG.error("How far scripts were told of changes is not kept", e);
    }

    /**
     * Begins with an index, or goes on with it. Behind the last change of its log are deletions only, unless it was set
     * back; what another index had before is nobody's business.
     *
     * @param logged the last change in its log
     * @param before the last change that the log had when the server started; asked for only with an index that is new here:
     *     instances may come in before anybody listens
     * @return the last change that waits to be told or was
     */
    synchronized long begin(String identifier, long logged, LongSupplier before) {
        boolean known = queued >= 0 && identifier.equals(index);
        queued = Math.min(known ? queued : before.getAsLong(), logged);
        told = known ? Math.min(told, queued) : queued;
        index = identifier;
        isNew = !known;
        byte[] name = identifier.getBytes(StandardCharsets.UTF_8);
        write(ByteBuffer.allocate(Long.BYTES + name.length).putLong(told).put(name));
        return queued;
    }

    /**
     * {@return the last change before one that comes, which waits to be told or was}
     *
     * <p>A listener is told of each change from its registration on, and activated later: with an index that is new here, the
     * log has had the first changes already when {@link #begin} saw its end.
     */
    synchronized long before(long change) {
        if (isNew && change <= queued) {
            queued = change - 1;
            told = queued;
        }
        isNew = false;
        return queued;
    }

    /** {@return whether nothing has been told of this index yet, nor has a change come from it} */
    synchronized boolean isNew() {
        return isNew;
    }

    synchronized void queue(long change) {
        queued = change;
        isNew = false;
    }

    /** A change needs not be told any more. */
    synchronized void told(long change) {
        told = change;
        write(ByteBuffer.allocate(Long.BYTES).putLong(change));
    }

    private void write(ByteBuffer bytes) {
        if (open == null) {
            return;
        }
        try {
            open.seek(0);
            open.write(bytes.array());
            if (bytes.capacity() > Long.BYTES) {
                open.setLength(bytes.capacity());
            }
        } catch (IOException e) {
            notKept(e);
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** From now on another one keeps it. */
    @Override
    public synchronized void close() {
        closed = true;
        RandomAccessFile leaving = open;
        open = null;
        if (leaving != null) {
            try {
                leaving.close();
            } catch (IOException e) {
                LOG.debug("{} does not close well", file, e);
            }
        }
    }
}
