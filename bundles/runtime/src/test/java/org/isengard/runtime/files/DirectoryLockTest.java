package org.isengard.runtime.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    Path parent;

    @Test
    void aProcessTakesADirectoryMoreThanOnceAndKeepsIt() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("own"));
        DirectoryLock.take(directory);
        DirectoryLock.take(parent.resolve("own/../own"));
        try (FileChannel other = FileChannel.open(directory.resolve("isengard.lock"), StandardOpenOption.WRITE)) {
            assertThrows(OverlappingFileLockException.class, other::tryLock);
        }
    }

    @Test
    void anotherProcessIsNamed() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("other"));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Disengard.config=/etc/first.json",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertEquals("held", other.inputReader().readLine());
            var held = assertThrows(DirectoryLock.HeldException.class, () -> DirectoryLock.take(directory));
            assertTrue(held.getMessage().contains("process " + other.pid()), held.getMessage());
            assertTrue(held.getMessage().contains("first.json"), held.getMessage());
        } finally {
            other.destroyForcibly();
        }
        assertTrue(other.waitFor(20, TimeUnit.SECONDS));
        DirectoryLock.take(directory);
    }

    /** A second process, which holds the directory until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            DirectoryLock.take(Path.of(args[0]));
            System.out.println("held");
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }
}
