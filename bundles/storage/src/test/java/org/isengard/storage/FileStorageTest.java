package org.isengard.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.isengard.api.storage.StorageArea;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {
    @TempDir
    Path directory;

    private String store(FileStorage area, byte[] bytes) throws IOException {
        String uuid = UUID.randomUUID().toString();
        try (StorageArea.Incoming incoming = area.create(uuid)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.commit();
        }
        return uuid;
    }

    @Test
    void filesLieInOrthancsTwoLevels() throws IOException {
        FileStorage area = new FileStorage(directory, true);
        String uuid = store(area, "content".getBytes());
        Path file = directory
                .resolve(uuid.substring(0, 2))
                .resolve(uuid.substring(2, 4))
                .resolve(uuid);
        assertArrayEquals("content".getBytes(), Files.readAllBytes(file));
        assertEquals(7, area.size(uuid));
        assertEquals(file.toAbsolutePath(), area.path(uuid).orElseThrow());
        try (InputStream in = area.open(uuid, 3)) {
            assertArrayEquals("tent".getBytes(), in.readAllBytes());
        }
        try (Stream<String> names = area.list()) {
            assertEquals(List.of(uuid), names.toList());
        }
    }

    @Test
    void whatIsNotCommittedLeavesNothing() throws IOException {
        FileStorage area = new FileStorage(directory, false);
        try (StorageArea.Incoming incoming = area.create(UUID.randomUUID().toString())) {
            incoming.write(ByteBuffer.wrap(new byte[10]));
        }
        try (Stream<String> names = area.list()) {
            assertEquals(0, names.count());
        }
    }

    @Test
    void deletingTwiceIsNoError() throws IOException {
        FileStorage area = new FileStorage(directory, false);
        String uuid = store(area, new byte[1]);
        area.delete(uuid);
        area.delete(uuid);
        assertThrows(NoSuchFileException.class, () -> area.open(uuid, 0));
    }

    @Test
    void onlyUuidsNameFiles() throws IOException {
        FileStorage area = new FileStorage(directory, false);
        for (String name : List.of("../../etc/passwd", "", "0", "ABCDEF00-0000-0000-0000-000000000000")) {
            assertThrows(IllegalArgumentException.class, () -> area.create(name), name);
            assertThrows(IllegalArgumentException.class, () -> area.delete(name), name);
        }
        assertTrue(Files.exists(directory));
    }
}
