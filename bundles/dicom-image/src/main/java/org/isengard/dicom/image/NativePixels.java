package org.isengard.dicom.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Uncompressed pixel cells (PS3.5 section 8.1.1 and annex D), little endian. */
final class NativePixels {
    private NativePixels() {}

    /**
     * Decodes a frame.
     *
     * @param bytes of this frame; of a bit-packed one from the byte on that holds the first pixel
     */
    static Frame decode(byte[] bytes, int frame, ImageDescription d) throws ImageException {
        Object data;
        if (d.bitsAllocated() == 1) {
            data = bits(bytes, (int) (frame * d.nativeBits() % 8), d.samples());
        } else if (d.isSubsampled()) {
            if (d.bitsAllocated() != 8) {
                throw ImageException.unsupported("YBR_FULL_422 with " + d.bitsAllocated() + " bits");
            }
            data = spread(bytes, d);
        } else {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            switch (d.sampleType()) {
                case UINT8, INT8 -> data = bytes;
                case UINT16, INT16 -> {
                    short[] shorts = new short[d.samples()];
                    buffer.asShortBuffer().get(shorts);
                    data = shorts;
                }
                case UINT32, INT32 -> {
                    int[] ints = new int[d.samples()];
                    buffer.asIntBuffer().get(ints);
                    data = ints;
                }
                case FLOAT32 -> {
                    float[] floats = new float[d.samples()];
                    buffer.asFloatBuffer().get(floats);
                    data = floats;
                }
                default -> {
                    double[] doubles = new double[d.samples()];
                    buffer.asDoubleBuffer().get(doubles);
                    data = doubles;
                }
            }
            if (d.planar()) {
                data = interleave(data, d.samples() / 3);
            }
        }
        Photometric photometric = d.isSubsampled() ? Photometric.YBR_FULL : d.photometric();
        Frame raw = new Frame(
                d.columns(),
                d.rows(),
                d.samplesPerPixel(),
                photometric,
                unsigned(d.sampleType()),
                d.bitsAllocated(),
                data);
        return d.bitsAllocated() == 1 || d.floating() ? typed(raw, d) : normalize(raw, d);
    }

    private static SampleType unsigned(SampleType type) {
        return switch (type) {
            case INT8 -> SampleType.UINT8;
            case INT16 -> SampleType.UINT16;
            case INT32 -> SampleType.UINT32;
            default -> type;
        };
    }

    private static Frame typed(Frame raw, ImageDescription d) {
        return new Frame(
                raw.columns(),
                raw.rows(),
                raw.samplesPerPixel(),
                raw.photometric(),
                d.sampleType(),
                d.bitsStored(),
                raw.data());
    }

    /** Orthanc shows the ones of bit-packed pixels as 255. */
    private static byte[] bits(byte[] bytes, int first, int count) {
        byte[] pixels = new byte[count];
        for (int i = 0, bit = first; i < count; i++, bit++) {
            pixels[i] = (byte) -(bytes[bit >> 3] >> (bit & 7) & 1);
        }
        return pixels;
    }

    /** Y1 Y2 Cb Cr of two pixels (PS3.3 section C.7.6.3.1.2) becomes Y1 Cb Cr, Y2 Cb Cr. */
    private static byte[] spread(byte[] bytes, ImageDescription d) {
        byte[] pixels = new byte[d.samples()];
        int in = 0;
        int out = 0;
        for (int y = 0; y < d.rows(); y++) {
            for (int x = 0; x < d.columns(); x += 2, in += 4) {
                for (int k = 0; k < 2 && x + k < d.columns(); k++) {
                    pixels[out++] = bytes[in + k];
                    pixels[out++] = bytes[in + 2];
                    pixels[out++] = bytes[in + 3];
                }
            }
        }
        return pixels;
    }

    private static Object interleave(Object planes, int pixels) throws ImageException {
        if (planes instanceof byte[] in) {
            byte[] out = new byte[in.length];
            for (int i = 0, k = 0; i < pixels; i++) {
                out[k++] = in[i];
                out[k++] = in[i + pixels];
                out[k++] = in[i + 2 * pixels];
            }
            return out;
        }
        if (planes instanceof short[] in) {
            short[] out = new short[in.length];
            for (int i = 0, k = 0; i < pixels; i++) {
                out[k++] = in[i];
                out[k++] = in[i + pixels];
                out[k++] = in[i + 2 * pixels];
            }
            return out;
        }
        throw ImageException.unsupported("Colour planes of more than 16 bits");
    }

    /** Brings raw samples into the form the description asks for: shifted, freed of unused bits, with their sign. */
    static Frame normalize(Frame raw, ImageDescription d) throws ImageException {
        if (raw.type() == SampleType.UINT8 && d.bitsAllocated() == 16) {
            return normalize(widen(raw), d);
        }
        if (raw.type() == SampleType.UINT16 && d.bitsAllocated() == 8) {
            throw ImageException.bad("Samples of 16 bits where the data set says 8");
        }
        int bits = d.bitsStored();
        // Codecs that know only the stored bits have brought them down already.
        int shift = raw.bitsStored() > bits ? d.highBit() + 1 - bits : 0;
        int container = raw.type().bytes() * 8;
        if (shift > 0 || bits < container) {
            int up = container - bits;
            if (raw.data() instanceof byte[] bytes) {
                for (int i = 0; i < bytes.length; i++) {
                    int v = (bytes[i] & 0xff) >> shift << (24 + up);
                    bytes[i] = (byte) (d.signed() ? v >> (24 + up) : v >>> (24 + up));
                }
            } else if (raw.data() instanceof short[] shorts) {
                for (int i = 0; i < shorts.length; i++) {
                    int v = (shorts[i] & 0xffff) >> shift << (16 + up);
                    shorts[i] = (short) (d.signed() ? v >> (16 + up) : v >>> (16 + up));
                }
            } else if (raw.data() instanceof int[] ints) {
                for (int i = 0; i < ints.length; i++) {
                    int v = ints[i] >>> shift << up;
                    ints[i] = d.signed() ? v >> up : v >>> up;
                }
            }
        }
        return typed(raw, d);
    }

    private static Frame widen(Frame raw) {
        byte[] in = raw.bytes();
        short[] out = new short[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = (short) (in[i] & 0xff);
        }
        return new Frame(
                raw.columns(),
                raw.rows(),
                raw.samplesPerPixel(),
                raw.photometric(),
                SampleType.UINT16,
                raw.bitsStored(),
                out);
    }
}
