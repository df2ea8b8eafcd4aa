package org.isengard.runtime.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps a directory for this process: a second server on the same index would corrupt it. The lock is a file lock on
 * {@code isengard.lock}, whose text names the server, and ends with the process. It outlives the bundle that takes it, so
 * that no other server comes between two versions of the bundle.
 *
 * <p>Threading: any thread takes a lock; the map of locks is locked, which all versions of this class share.
 */
public final class DirectoryLock {
    private static final String FILE = "isengard.lock";
    private static final int LONGEST_NAME = 1000;

    private static final String KEPT = "isengard.directory.locks";
    /** By real path; types that each version of this class knows. */
    private static final Map<Path, FileChannel> HELD = kept();

    private DirectoryLock() {}

    @SuppressWarnings("unchecked")
    private static Map<Path, FileChannel> kept() {
        return (Map<Path, FileChannel>) System.getProperties().computeIfAbsent(KEPT, key -> new HashMap<>());
    }

    /**
     * Takes a directory for this process; a directory that this process has already stays so.
     *
     * @param directory exists
     * @throws HeldException when another process has it
     * @throws IOException when the file system has no locks, or the file cannot be written
     */
    public static void take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        synchronized (HELD) {
            if (HELD.containsKey(real)) {
                return;
            }
            FileChannel channel = FileChannel.open(
                    real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw new HeldException(directory, holder(real.resolve(FILE)));
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(thisServer().getBytes(StandardCharsets.UTF_8)));
                HELD.put(real, channel);
            } catch (OverlappingFileLockException e) {
                channel.close();
                throw new IOException("This process has locked " + directory + " by other means", e);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
    }

    private static String thisServer() {
        return "process " + ProcessHandle.current().pid() + ", configuration "
                + System.getProperty("isengard.config", "unknown");
    }

    private static String holder(Path file) throws IOException {
        String text = Files.readString(file);
        return text.substring(0, Math.min(text.length(), LONGEST_NAME));
    }

    /** Another process has the directory. */
    public static final class HeldException extends IOException {
        private static final long serialVersionUID = 1L;

        HeldException(Path directory, String holder) {
            super("another server (" + holder + ") uses the directory " + directory);
        }
    }
}
