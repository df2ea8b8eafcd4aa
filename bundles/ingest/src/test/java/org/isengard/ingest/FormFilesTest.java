package org.isengard.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class FormFilesTest {
    private static final String TYPE = "multipart/form-data; boundary=xyz";

    private static byte[] form(byte[]... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.write(
                    "--xyz\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(part);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write("--xyz--\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static List<byte[]> read(byte[] body) throws IOException {
        FormFiles form = new FormFiles(new ByteArrayInputStream(body), TYPE);
        List<byte[]> parts = new ArrayList<>();
        for (InputStream part = form.next(); part != null; part = form.next()) {
            parts.add(part.readAllBytes());
        }
        return parts;
    }

    @Test
    void clientsWriteBlanksQuotesAndCapitals() throws IOException {
        byte[] body = "--xyz\r\nContent-Disposition : form-data ; name = f\r\n\r\nabc\r\n--xyz--"
                .getBytes(StandardCharsets.US_ASCII);
        for (String type : List.of(
                "multipart/form-data ; boundary = xyz",
                "Multipart/Form-Data; Boundary=\"xyz\"",
                "multipart/form-data;charset=utf-8;boundary=xyz; x=y")) {
            FormFiles form = new FormFiles(new ByteArrayInputStream(body), type);
            assertArrayEquals(
                    "abc".getBytes(StandardCharsets.US_ASCII), form.next().readAllBytes(), type);
            assertNull(form.next(), type);
        }
    }

    @Test
    void partsComeOutAsTheyWentIn() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[][] parts = new byte[1 + random.nextInt(3)][];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = almostDelimiters(random, random.nextInt(200));
            }
            List<byte[]> read = read(form(parts));
            assertEquals(parts.length, read.size());
            for (int i = 0; i < parts.length; i++) {
                assertArrayEquals(parts[i], read.get(i));
            }
        }
    }

    /** Bytes that look like the start of the delimiter again and again. */
    private static byte[] almostDelimiters(Random random, int length) {
        byte[] bytes = new byte[length];
        byte[] letters = "\r\n--xy".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < length; i++) {
            bytes[i] = letters[random.nextInt(letters.length)];
        }
        return bytes;
    }

    @Test
    void aPartNobodyReadsIsPassedOver() throws IOException {
        FormFiles form = new FormFiles(new ByteArrayInputStream(form("one".getBytes(), "two".getBytes())), TYPE);
        form.next();
        assertArrayEquals("two".getBytes(), form.next().readAllBytes());
        assertNull(form.next());
    }

    @Test
    void aFormThatEndsEarlyIsRefused() throws IOException {
        byte[] whole = form("content".getBytes());
        for (int length = 0; length < whole.length - 6; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IsengardException.class, () -> read(cut), "cut to " + length);
        }
        assertThrows(
                IsengardException.class, () -> new FormFiles(InputStream.nullInputStream(), "multipart/form-data"));
    }
}
