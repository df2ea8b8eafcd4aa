package org.isengard.scripting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far in the changes log scripts were told, kept in a file: what a swap, a stop or a crash kept from being told is told
 * afterwards. The file is not synced for each change: after a loss of power some may be told again.
 *
 * <p>Threading: one number after the other is queued by whoever hears of changes, and told on the thread of the Lua.
 */
final class ChangePosition implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangePosition.class);
    private static final long NONE = -1;

    private final Path file;
    private FileChannel channel;
    private long queued = NONE;

    /** @param wanted false to forget it: scripts that are configured again some day are not told of what was meanwhile */
    ChangePosition(Path directory, boolean wanted) {
        file = directory.resolve("position");
        try {
            if (wanted) {
                Files.createDirectories(directory);
                channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
                if (channel.read(bytes, 0) == Long.BYTES) {
                    queued = bytes.getLong(0);
                }
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.error("How far scripts were told of changes is not kept", e);
        }
    }

    /** {@return the last change that waits to be told or was; -1 if none is known} */
    synchronized long queued() {
        return queued;
    }

    synchronized void queue(long change) {
        queued = change;
    }

    /** Tells where to begin. */
    synchronized void begin(long change) {
        queued = change;
        told(change);
    }

    /** A change needs not be told any more. */
    synchronized void told(long change) {
        if (channel == null) {
            return;
        }
        try {
            channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, change), 0);
        } catch (IOException e) {
            LOG.error("How far scripts were told of changes is not kept", e);
        }
    }

    /** From now on another one keeps it. */
    @Override
    public synchronized void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("{} does not close well", file, e);
            }
        }
    }
}
