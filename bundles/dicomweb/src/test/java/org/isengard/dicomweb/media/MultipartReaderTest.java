package org.isengard.dicomweb.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class MultipartReaderTest {
    private static MultipartReader reader(String message) {
        return new MultipartReader(new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)), "b");
    }

    private static List<String> contents(MultipartReader reader) throws IOException {
        List<String> contents = new ArrayList<>();
        for (MultipartReader.Part part = reader.next(); part != null; part = reader.next()) {
            contents.add(new String(part.content().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
        return contents;
    }

    @Test
    void partsComeInTheirOrderWithTheirHeaders() throws IOException {
        MultipartReader reader = reader("preamble\r\n--b\r\nContent-Type: application/dicom; x=\"y\"\r\n"
                + "CONTENT-LOCATION:  a\r\n\r\none\r\n--b  \r\n\r\n\r\n--b--\r\nepilogue");
        MultipartReader.Part first = reader.next();
        assertEquals("application/dicom", first.type().orElseThrow().type());
        assertEquals("y", first.type().orElseThrow().parameter("x"));
        assertEquals("a", first.location());
        assertEquals("one", new String(first.content().readAllBytes(), StandardCharsets.US_ASCII));
        assertEquals("", new String(reader.next().content().readAllBytes(), StandardCharsets.US_ASCII));
        assertNull(reader.next());
        assertNull(reader.next());
    }

    @Test
    void aMessageMayHaveNoParts() throws IOException {
        assertEquals(List.of(), contents(reader("--b--\r\n")));
    }

    @Test
    void aPartThatIsNotReadIsPassedOver() throws IOException {
        MultipartReader reader = reader("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--");
        MultipartReader.Part first = reader.next();
        assertEquals('o', first.content().read());
        MultipartReader.Part second = reader.next();
        assertEquals(-1, first.content().read());
        assertEquals("two", new String(second.content().readAllBytes(), StandardCharsets.US_ASCII));
    }

    @Test
    void whatLooksLikeABoundaryIsContent() throws IOException {
        String content = "\r\n--a\r\n-b\r--b\n--b\r\r\n--\r\n\r\n-";
        assertEquals(List.of(content), contents(reader("--b\r\n\r\n" + content + "\r\n--b--")));
    }

    @Test
    void aMessageThatBreaksOffIsAnError() {
        for (String message :
                List.of("", "--", "--b", "--b\r\n", "--b\r\nA: b\r\n", "--b-", "nothing", "--bx\r\n\r\n")) {
            assertThrows(IsengardException.class, () -> contents(reader(message)), message);
        }
        for (String message : List.of("--b\r\n\r\n", "--b\r\n\r\nabc", "--b\r\n\r\nabc\r\n--")) {
            assertThrows(IOException.class, () -> contents(reader(message)), message);
            assertThrows(
                    IsengardException.class,
                    () -> {
                        MultipartReader reader = reader(message);
                        reader.next();
                        reader.next();
                    },
                    message);
        }
    }

    @Test
    void aWrongLengthOfAPartIsAnError() throws IOException {
        assertThrows(IOException.class, () -> contents(reader("--b\r\nContent-Length: 4\r\n\r\nabc\r\n--b--")));
        assertThrows(IOException.class, () -> contents(reader("--b\r\nContent-Length: 2\r\n\r\nabc\r\n--b--")));
        assertThrows(IsengardException.class, () -> contents(reader("--b\r\nContent-Length: x\r\n\r\nabc\r\n--b--")));
        assertEquals(List.of("abc"), contents(reader("--b\r\nContent-Length: 3\r\n\r\nabc\r\n--b--")));
    }

    @Test
    void headersAreBounded() {
        String bomb = "--b\r\n" + "A: b\r\n".repeat(100_000) + "\r\n\r\n--b--";
        assertThrows(IsengardException.class, () -> contents(reader(bomb)));
        assertThrows(
                IsengardException.class,
                () -> contents(reader("--b\r\nA: " + "x".repeat(1 << 20) + "\r\n\r\n\r\n--b--")));
        assertThrows(IsengardException.class, () -> contents(reader("--b\r\nno colon\r\n\r\n\r\n--b--")));
    }

    @Test
    void theNumberOfPartsIsBounded() {
        byte[] part = "--b\r\n\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        InputStream endless = new InputStream() {
            private long at;

            @Override
            public int read() {
                return part[(int) (at++ % part.length)] & 0xff;
            }
        };
        assertThrows(IsengardException.class, () -> contents(new MultipartReader(endless, "b")));
    }

    @Test
    void boundariesAreChecked() {
        for (String boundary : List.of("", "a\r\nb", "x".repeat(300), "\u00e9")) {
            assertThrows(
                    IsengardException.class,
                    () -> new MultipartReader(InputStream.nullInputStream(), boundary),
                    boundary);
        }
    }

    /** Random content of all sizes around the buffer comes back as it was, in whatever pieces the stream gives it. */
    @Test
    void contentOfAnySizeComesBack() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            List<byte[]> parts = new ArrayList<>();
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            try (MultipartWriter writer = MultipartWriter.of(message, "b")) {
                for (int i = 0; i < 5; i++) {
                    byte[] content =
                            new byte[random.nextInt(3) == 0 ? 65_500 + random.nextInt(100) : random.nextInt(300)];
                    for (int k = 0; k < content.length; k++) {
                        content[k] = (byte) "\r\n--bx".charAt(random.nextInt(6));
                    }
                    String text = new String(content, StandardCharsets.US_ASCII).replace("\r\n--b", "\r\n--c");
                    parts.add(text.getBytes(StandardCharsets.US_ASCII));
                    writer.part("application/dicom", "", i % 2 == 0 ? content.length : -1)
                            .write(parts.get(i));
                }
            }
            InputStream pieces = new ByteArrayInputStream(message.toByteArray()) {
                @Override
                public synchronized int read(byte[] bytes, int offset, int length) {
                    return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(20_000)));
                }
            };
            MultipartReader reader = new MultipartReader(pieces, "b");
            for (byte[] part : parts) {
                assertArrayEquals(part, reader.next().content().readAllBytes(), "seed " + seed);
            }
            assertNull(reader.next(), "seed " + seed);
        }
    }

    /** The reader ends each input, however damaged, with an answer or a clear error. */
    @Test
    void damagedMessagesGiveClearErrors() {
        byte[] good = ("--b\r\nContent-Type: application/dicom\r\nContent-Length: 3\r\n\r\nabc\r\n--b\r\n\r\n"
                        + "x".repeat(500) + "\r\n--b--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        int errors = 0;
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            byte[] message = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int i = 0; i < random.nextInt(6) && message.length > 0; i++) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            try {
                contents(new MultipartReader(new ByteArrayInputStream(message), "b"));
            } catch (IsengardException | IOException e) {
                assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
                errors++;
            }
        }
        assertTrue(errors > 1000, "errors: " + errors);
    }
}
