package org.isengard.storage;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names of new files: random UUIDs, but for the first four digits, which name the directory. Files that come one after
 * the other share a directory, so that few directories are made and written, and what belongs together lies together on
 * the disk and in the index over the names.
 */
final class FileNames {
    /** Files after which the next directory is taken. */
    static final int PER_DIRECTORY = 512;

    private static final int DIRECTORIES = 1 << 16;

    private final AtomicLong next;

    FileNames() {
        // Elsewhere after each start, so that no directory fills by many restarts.
        this(new SecureRandom().nextInt(DIRECTORIES));
    }

    FileNames(int firstDirectory) {
        next = new AtomicLong((long) firstDirectory * PER_DIRECTORY);
    }

    String next() {
        long directory = next.getAndIncrement() / PER_DIRECTORY % DIRECTORIES;
        UUID random = UUID.randomUUID();
        long high = directory << 48 | random.getMostSignificantBits() & 0xffff_ffff_ffffL;
        return new UUID(high, random.getLeastSignificantBits()).toString();
    }
}
