package org.isengard.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class BoundedEntryTest {
    private static final int FREE = 1 << 20;

    private static long read(byte[] content) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.putNextEntry(new ZipEntry("entry"));
            zip.write(content);
        }
        try (ZipArchiveInputStream zip = new ZipArchiveInputStream(new ByteArrayInputStream(archive.toByteArray()))) {
            zip.getNextEntry();
            return new BoundedEntry(zip, FREE).transferTo(OutputStream.nullOutputStream());
        }
    }

    @Test
    void whatDeflateBlowsUpMostIsRefused() {
        IsengardException e = assertThrows(IsengardException.class, () -> read(new byte[8 * FREE]));
        assertEquals(ErrorCode.BAD_REQUEST, e.error());
    }

    @Test
    void smallEntriesMayBeEmptyAndLargeOnesOrdinary() throws IOException {
        assertEquals(FREE, read(new byte[FREE]));
        byte[] image = new byte[8 * FREE];
        // One byte in a hundred says something: about 60 to 1.
        Random random = new Random(1);
        for (int i = 0; i < image.length; i += 100) {
            image[i] = (byte) random.nextInt();
        }
        assertEquals(image.length, read(image));
    }
}
