package org.isengard.rest.kit.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class EncodedBodyTest {
    @Test
    void whatIsEncodedAsItSaysIsDecoded() throws IOException {
        assertEquals("hello", new String(gzip(compressed("hello")).readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void whatDoesNotBeginSoIsRefused() {
        refused(() -> gzip("{\"Level\": \"Study\"}".getBytes(StandardCharsets.UTF_8)));
        refused(() -> gzip(new byte[0]));
    }

    @Test
    void whatEndsEarlyOrIsDamagedIsRefused() throws IOException {
        byte[] whole = compressed("hello, hello and hello again");
        refused(() -> gzip(Arrays.copyOf(whole, whole.length / 2)).readAllBytes());
        byte[] damaged = whole.clone();
        damaged[whole.length - 6] ^= 1;
        refused(() -> gzip(damaged).readAllBytes());
        byte[] noise = new byte[1000];
        new Random(4).nextBytes(noise);
        refused(() ->
                new EncodedBody("deflate", new ByteArrayInputStream(noise), InflaterInputStream::new).readAllBytes());
    }

    @Test
    void aConnectionThatBreaksIsNoBadRequest() throws IOException {
        EOFException broken = new EOFException("closed") {
            private static final long serialVersionUID = 1;
        };
        byte[] whole = compressed("hello");
        InputStream in = new EncodedBody(
                "gzip",
                new InputStream() {
                    private int at;

                    @Override
                    public int read() throws IOException {
                        if (at == whole.length / 2) {
                            throw broken;
                        }
                        return whole[at++] & 0xff;
                    }
                },
                encoded -> new GZIPInputStream(encoded, 1));
        assertSame(broken, assertThrows(EOFException.class, in::readAllBytes));
    }

    @FunctionalInterface
    private interface Action {
        Object run() throws IOException;
    }

    private static void refused(Action action) {
        IsengardException refusal = assertThrows(IsengardException.class, action::run);
        assertEquals(ErrorCode.BAD_REQUEST, refusal.error());
    }

    private static InputStream gzip(byte[] bytes) throws IOException {
        return new EncodedBody("gzip", new ByteArrayInputStream(bytes), GZIPInputStream::new);
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = out.toByteArray();
        assertArrayEquals(new byte[] {0x1f, (byte) 0x8b}, Arrays.copyOf(bytes, 2));
        return bytes;
    }
}
