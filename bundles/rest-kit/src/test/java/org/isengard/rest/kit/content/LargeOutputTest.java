package org.isengard.rest.kit.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeOutputTest {
    /** Takes buffers, as Jetty's streams do. */
    public static final class TakesBuffers extends OutputStream {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            all.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            all.write(bytes, offset, length);
        }

        public void write(ByteBuffer buffer) {
            while (buffer.hasRemaining()) {
                all.write(buffer.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, (1 << 16) - 1, 1 << 16, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 700_001})
    void nothingIsLostOrMixedUp(int size) throws IOException {
        byte[] bytes = new byte[size + 7];
        new Random(size).nextBytes(bytes);
        TakesBuffers buffers = new TakesBuffers();
        ByteArrayOutputStream arrays = new ByteArrayOutputStream();
        for (OutputStream target : new OutputStream[] {buffers, arrays}) {
            try (LargeOutput out = new LargeOutput(target)) {
                out.write(bytes[0]);
                out.write(bytes, 1, size);
                out.write(bytes, 1 + size, 6);
            }
        }
        assertArrayEquals(bytes, buffers.all.toByteArray());
        assertArrayEquals(bytes, arrays.toByteArray());
    }

    @Test
    void theArrayMayBeUsedAgainAfterTheCall() throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        byte[] bytes = new byte[1 << 17];
        LargeOutput out = new LargeOutput(target);
        Arrays.fill(bytes, (byte) 1);
        out.write(bytes);
        Arrays.fill(bytes, (byte) 2);
        out.write(bytes);
        assertArrayEquals(
                new byte[] {1, 2}, new byte[] {target.toByteArray()[(1 << 17) - 1], target.toByteArray()[1 << 17]});
        out.close();
    }
}
