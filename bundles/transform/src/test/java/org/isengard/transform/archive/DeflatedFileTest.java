package org.isengard.transform.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class DeflatedFileTest {
    private static final int SIZE = 512 * 512 * 2;

    @Test
    void noiseIsCompressedAlmostAsWellAsByLookingForRepeats() throws IOException {
        byte[] pixels = noise();

        DeflatedFile file = DeflatedFile.of(pixels, false);

        assertRestored(pixels, file);
        assertTrue(file.length() < SIZE * 0.8, "length " + file.length());
        assertTrue(file.length() <= bestSpeed(pixels) * 1.06, file.length() + " and " + bestSpeed(pixels));
    }

    @Test
    void repeatsAreFound() throws IOException {
        byte[] pixels = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            pixels[i] = (byte) (i % 1000 * 7);
        }

        DeflatedFile file = DeflatedFile.of(pixels, false);

        assertRestored(pixels, file);
        assertTrue(file.length() < SIZE / 50, "length " + file.length());
    }

    @Test
    void repeatsAroundNoiseInTheMiddleAreStillCompressed() throws IOException {
        byte[] pixels = new byte[SIZE];
        System.arraycopy(noise(), 0, pixels, SIZE / 2 - (1 << 13), 1 << 14);

        DeflatedFile file = DeflatedFile.of(pixels, false);

        assertRestored(pixels, file);
        assertTrue(file.length() < SIZE / 4, "length " + file.length());
    }

    @Test
    void whatCannotBeMadeSmallerIsStored() throws IOException {
        byte[] random = new byte[SIZE];
        new Random(3).nextBytes(random);

        DeflatedFile file = DeflatedFile.of(random, false);

        assertTrue(file.stored());
        assertArrayEquals(random, file.open().readAllBytes());
    }

    @Test
    void shortAndEmptyFiles() throws IOException {
        assertRestored(
                "short short short short short".getBytes(),
                DeflatedFile.of("short short short short short".getBytes(), false));
        assertEquals(0, DeflatedFile.of(new byte[0], false).size());
    }

    /** Twelve bits in sixteen, the low ones noisy. */
    private static byte[] noise() {
        Random random = new Random(1);
        byte[] pixels = new byte[SIZE];
        for (int i = 0; i < SIZE; i += 2) {
            int value = 1000 + (int) (random.nextGaussian() * 60);
            pixels[i] = (byte) value;
            pixels[i + 1] = (byte) (value >> 8);
        }
        return pixels;
    }

    private static int bestSpeed(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setInput(bytes);
        deflater.finish();
        int length = deflater.deflate(new byte[bytes.length * 2]);
        deflater.end();
        return length;
    }

    private static void assertRestored(byte[] expected, DeflatedFile file) throws IOException {
        assertFalse(file.stored());
        byte[] restored = new InflaterInputStream(
                        new ByteArrayInputStream(file.bytes(), 0, file.length()), new Inflater(true))
                .readAllBytes();
        assertArrayEquals(expected, restored);
        CRC32 crc = new CRC32();
        crc.update(expected);
        assertEquals(crc.getValue(), file.crc());
        assertEquals(expected.length, file.size());
    }
}
