package org.isengard.transform.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made is read by zlib's inflater. */
class LiteralDeflaterTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 255, 65_535, 65_536, 65_537, 131_072, 300_001})
    void everyLengthComesBack(int length) throws DataFormatException {
        byte[] bytes = new byte[length];
        Random random = new Random(length);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (random.nextGaussian() * 30);
        }
        assertRestored(bytes);
    }

    @Test
    void everyByteAlone() throws DataFormatException {
        for (int value = 0; value < 256; value++) {
            byte[] bytes = new byte[1000];
            Arrays.fill(bytes, (byte) value);
            assertTrue(assertRestored(bytes) < 400, "value " + value);
        }
    }

    /** Counts that grow like Fibonacci's numbers make the longest codes. */
    @Test
    void codesThatWouldBeTooLong() throws DataFormatException {
        byte[] bytes = new byte[65_536];
        int filled = 0;
        int count = 1;
        int before = 1;
        for (int value = 0; filled < bytes.length; value++) {
            int end = Math.min(bytes.length, filled + count);
            Arrays.fill(bytes, filled, end, (byte) value);
            filled = end;
            int sum = count + before;
            before = count;
            count = sum;
        }
        shuffle(bytes);
        int made = assertRestored(bytes);
        assertTrue(made <= huffmanOnly(bytes) * 1.02, made + " and " + huffmanOnly(bytes));
    }

    @Test
    void randomAlphabetsAndLengths() throws DataFormatException {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(3_000)];
            int alphabet = 1 + random.nextInt(256);
            double skew = 1 + random.nextInt(12);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (Math.pow(random.nextDouble(), skew) * alphabet);
            }
            assertRestored(bytes);
        }
    }

    @Test
    void bytesThatCannotBeMadeSmallerGrowByLittle() throws DataFormatException {
        byte[] bytes = new byte[1_000_000];
        new Random(5).nextBytes(bytes);
        assertTrue(assertRestored(bytes) < bytes.length * 1.005);
    }

    @Test
    void asSmallAsTheLibrarysOwn() throws DataFormatException {
        Random random = new Random(9);
        byte[] bytes = new byte[524_288];
        for (int i = 0; i < bytes.length; i += 2) {
            int value = 1000 + (int) (random.nextGaussian() * 60);
            bytes[i] = (byte) value;
            bytes[i + 1] = (byte) (value >> 8);
        }
        int made = assertRestored(bytes);
        assertTrue(made <= huffmanOnly(bytes) * 1.01, made + " and " + huffmanOnly(bytes));
    }

    /** The library begins a new block sooner: its codes must find the same bytes in all. */
    private static void shuffle(byte[] bytes) {
        Random random = new Random(2);
        for (int i = bytes.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            byte swapped = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swapped;
        }
    }

    private static int huffmanOnly(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setStrategy(Deflater.HUFFMAN_ONLY);
        deflater.setInput(bytes);
        deflater.finish();
        int length = 0;
        while (!deflater.finished()) {
            length += deflater.deflate(new byte[bytes.length]);
        }
        deflater.end();
        return length;
    }

    /** {@return the compressed length} */
    private static int assertRestored(byte[] bytes) throws DataFormatException {
        LiteralDeflater.Result result = LiteralDeflater.deflate(bytes);
        Inflater inflater = new Inflater(true);
        inflater.setInput(result.bytes(), 0, result.length());
        byte[] restored = new byte[bytes.length + 1];
        int length = 0;
        while (!inflater.finished()) {
            int more = inflater.inflate(restored, length, restored.length - length);
            assertTrue(more > 0 || inflater.finished(), "it ends early");
            length += more;
        }
        assertEquals(bytes.length, length);
        assertArrayEquals(bytes, Arrays.copyOf(restored, length));
        assertEquals(0, inflater.getRemaining(), "bytes behind the end");
        inflater.end();
        return result.length();
    }
}
