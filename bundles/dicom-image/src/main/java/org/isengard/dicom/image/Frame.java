package org.isengard.dicom.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One decoded frame: samples in rows from the top, pixel by pixel. The array is shared, not copied; who changes it
 * must own the frame.
 *
 * @param samplesPerPixel 1 or 3
 * @param photometric how to understand the samples; subsampled chrominance is already spread out
 * @param bitsStored significant bits of each sample
 * @param data {@code byte[]}, {@code short[]}, {@code int[]}, {@code float[]} or {@code double[]}, as {@code type} says
 */
public record Frame(
        int columns,
        int rows,
        int samplesPerPixel,
        Photometric photometric,
        SampleType type,
        int bitsStored,
        Object data) {
    public Frame {
        long samples = (long) columns * rows * samplesPerPixel;
        if (length(data) != samples) {
            throw new IllegalArgumentException(length(data) + " samples for " + samples);
        }
    }

    private static int length(Object data) {
        return java.lang.reflect.Array.getLength(data);
    }

    public static Frame gray8(int columns, int rows, byte[] data) {
        return new Frame(columns, rows, 1, Photometric.MONOCHROME2, SampleType.UINT8, 8, data);
    }

    public static Frame gray16(int columns, int rows, SampleType type, short[] data) {
        return new Frame(columns, rows, 1, Photometric.MONOCHROME2, type, 16, data);
    }

    public static Frame rgb8(int columns, int rows, byte[] data) {
        return new Frame(columns, rows, 3, Photometric.RGB, SampleType.UINT8, 8, data);
    }

    public int samples() {
        return columns * rows * samplesPerPixel;
    }

    /** {@return size of the samples in bytes} */
    public long size() {
        return (long) samples() * type.bytes();
    }

    public byte[] bytes() {
        return (byte[]) data;
    }

    public short[] shorts() {
        return (short[]) data;
    }

    public int[] ints() {
        return (int[]) data;
    }

    /** {@return the value of one sample, exactly} */
    public double value(int index) {
        return switch (type) {
            case UINT8 -> bytes()[index] & 0xff;
            case INT8 -> bytes()[index];
            case UINT16 -> shorts()[index] & 0xffff;
            case INT16 -> shorts()[index];
            case UINT32 -> ints()[index] & 0xffffffffL;
            case INT32 -> ints()[index];
            case FLOAT32 -> ((float[]) data)[index];
            case FLOAT64 -> ((double[]) data)[index];
        };
    }

    public Frame withPhotometric(Photometric value) {
        return new Frame(columns, rows, samplesPerPixel, value, type, bitsStored, data);
    }

    /** Writes the samples in little endian, one behind the other. */
    public void writeTo(OutputStream out) throws IOException {
        if (data instanceof byte[] bytes) {
            out.write(bytes);
            return;
        }
        byte[] bytes = new byte[Math.toIntExact(size())];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (data instanceof short[] shorts) {
            buffer.asShortBuffer().put(shorts);
        } else if (data instanceof int[] ints) {
            buffer.asIntBuffer().put(ints);
        } else if (data instanceof float[] floats) {
            buffer.asFloatBuffer().put(floats);
        } else if (data instanceof double[] doubles) {
            buffer.asDoubleBuffer().put(doubles);
        }
        out.write(bytes);
    }
}
