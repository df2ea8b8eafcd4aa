package org.isengard.rest.kit.content;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/**
 * Writes buffers to an output stream, without a detour over the heap where the container's streams take buffers (a
 * method of Servlet 6.1 that Jetty 12 has already).
 *
 * <p>Threading: one buffer outside of the heap for each thread that sends files.
 */
public final class DirectOutput {
    private static final int CHUNK = 1 << 18;
    private static final ThreadLocal<ByteBuffer> DIRECT =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(CHUNK));

    private static final ClassValue<MethodHandle> WRITE = new ClassValue<>() {
        @Override
        protected MethodHandle computeValue(Class<?> type) {
            try {
                return MethodHandles.publicLookup()
                        .findVirtual(type, "write", MethodType.methodType(void.class, ByteBuffer.class))
                        .asType(MethodType.methodType(void.class, OutputStream.class, ByteBuffer.class));
            } catch (NoSuchMethodException | IllegalAccessException e) {
                // An older container, or a wrapper: bytes go through an array.
                return NONE;
            }
        }
    };
    private static final MethodHandle NONE = MethodHandles.empty(MethodType.methodType(void.class));

    private final OutputStream out;
    private final MethodHandle write;
    private byte[] array;

    private DirectOutput(OutputStream out) {
        this.out = out;
        write = WRITE.get(out.getClass());
    }

    public static DirectOutput of(OutputStream out) {
        return new DirectOutput(out);
    }

    /** {@return an empty buffer of at most 256 KiB and at most {@code left} bytes, valid until the next call} */
    public ByteBuffer buffer(long left) {
        int size = (int) Math.min(CHUNK, left);
        if (write == NONE) {
            if (array == null) {
                array = new byte[size];
            }
            return ByteBuffer.wrap(array, 0, Math.min(size, array.length));
        }
        return DIRECT.get().clear().limit(size);
    }

    public void write(ByteBuffer buffer) throws IOException {
        if (write == NONE) {
            out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            return;
        }
        try {
            write.invokeExact(out, buffer);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }
}
