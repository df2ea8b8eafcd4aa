package org.isengard.dicom.image.writer;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.SampleType;

/** Writes numpy's array files, version 1.0, C order, little endian. */
public final class NumpyWriter {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    /** So many are converted before they are written: they are still in the processor's cache then. */
    private static final int CHUNK_SAMPLES = 1 << 15;

    private NumpyWriter() {}

    /** {@return the head of a file} */
    public static byte[] header(SampleType type, int... shape) {
        String dtype = switch (type) {
            case UINT8 -> "|u1";
            case INT8 -> "|i1";
            case UINT16 -> "<u2";
            case INT16 -> "<i2";
            case UINT32 -> "<u4";
            case INT32 -> "<i4";
            case FLOAT32 -> "<f4";
            case FLOAT64 -> "<f8";
        };
        String dimensions = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String text = "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': (" + dimensions
                + (shape.length == 1 ? "," : "") + "), }";
        int length = (10 + text.length() + 1 + 63) / 64 * 64;
        byte[] head = new byte[length];
        Arrays.fill(head, (byte) ' ');
        head[0] = (byte) 0x93;
        System.arraycopy("NUMPY".getBytes(StandardCharsets.US_ASCII), 0, head, 1, 5);
        head[6] = 1;
        head[7] = 0;
        head[8] = (byte) (length - 10);
        head[9] = (byte) (length - 10 >> 8);
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, head, 10, text.length());
        head[length - 1] = '\n';
        return head;
    }

    /** Writes the samples of a frame in modality units, as FLOAT32. */
    public static void rescaled(Frame frame, double slope, double intercept, OutputStream out) throws IOException {
        float a = (float) slope;
        float b = (float) intercept;
        int samples = frame.samples();
        byte[] chunk = new byte[Math.min(samples, CHUNK_SAMPLES) * Float.BYTES];
        for (int from = 0; from < samples; from += CHUNK_SAMPLES) {
            int count = Math.min(samples - from, CHUNK_SAMPLES);
            if (frame.data() instanceof short[] in) {
                int mask = frame.type() == SampleType.UINT16 ? 0xffff : -1;
                for (int i = 0; i < count; i++) {
                    FLOAT.set(chunk, i * Float.BYTES, (in[from + i] & mask) * a + b);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    FLOAT.set(chunk, i * Float.BYTES, (float) frame.value(from + i) * a + b);
                }
            }
            out.write(chunk, 0, count * Float.BYTES);
        }
    }
}
