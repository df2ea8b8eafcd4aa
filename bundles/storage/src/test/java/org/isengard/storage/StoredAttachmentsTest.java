package org.isengard.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.StorageArea;
import org.isengard.runtime.options.OptionValues;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredAttachmentsTest {
    @TempDir
    Path directory;

    private FileStorage area;
    private StoredAttachments attachments;

    @BeforeEach
    void start() throws IOException {
        area = new FileStorage(directory, true);
        attachments = attachments(area);
    }

    @AfterEach
    void stop() throws InterruptedException {
        attachments.stop();
    }

    @Test
    void aFileInMemoryIsStoredWithItsSumWhateverItsSize() throws Exception {
        for (int size : new int[] {0, 1, 1000, 1 << 16, 300_001}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Attachment stored = attachments.store(Attachment.DICOM, ByteBuffer.wrap(bytes));
            assertEquals(size, stored.size());
            assertEquals(
                    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)), stored.md5(), "" + size);
            try (InputStream in = attachments.open(stored, 0)) {
                assertArrayEquals(bytes, in.readAllBytes());
            }
        }
    }

    @Test
    void whatTheDiskRefusesIsTold() throws Exception {
        StorageArea full = (StorageArea) Proxy.newProxyInstance(
                StorageArea.class.getClassLoader(), new Class<?>[] {StorageArea.class}, (proxy, method, arguments) -> {
                    throw new IOException("No space left on device");
                });
        StoredAttachments refused = attachments(full);
        IOException told =
                assertThrows(IOException.class, () -> refused.store(Attachment.DICOM, ByteBuffer.allocate(1 << 20)));
        assertEquals("No space left on device", told.getMessage());
        refused.stop();
    }

    private static StoredAttachments attachments(StorageArea area) {
        Index index = (Index) Proxy.newProxyInstance(
                Index.class.getClassLoader(),
                new Class<?>[] {Index.class},
                (proxy, method, arguments) -> method.getName().equals("garbage") ? List.of() : null);
        return new StoredAttachments(OptionValues.of(StoredAttachments.Config.class, Map.of()), area, index);
    }
}
