package org.isengard.dicom.image;

import org.isengard.dicom.Attributes;

/** Conversions between colour spaces (PS3.3 section C.7.6.3.1.2). */
public final class Colours {
    private Colours() {}

    /**
     * Brings a colour frame to RGB; monochrome frames and RGB come back as they are.
     *
     * @param dataset holds the palette, if the frame needs one
     * @throws ImageException BAD_IMAGE when the palette is missing or damaged
     */
    public static Frame toRgb(Frame frame, Attributes dataset) throws ImageException {
        return switch (frame.photometric()) {
            case MONOCHROME1, MONOCHROME2, RGB -> frame;
            case PALETTE_COLOR -> PaletteColors.of(dataset).toRgb(frame);
            case YBR_FULL, YBR_FULL_422 -> full(frame);
            case YBR_PARTIAL_422, YBR_PARTIAL_420 -> partial(frame);
            // Decoders of JPEG 2000 undo these themselves; what is left over is the same transform as YBR_FULL.
            case YBR_ICT -> full(frame);
            default -> throw ImageException.unsupported("Colours of " + frame.photometric());
        };
    }

    /** {@return whether the palette has one byte for each entry, and not a word as the standard wants it} */
    public static boolean hasPackedPalette(Attributes dataset) throws ImageException {
        return PaletteColors.of(dataset).isPacked();
    }

    private static byte[] eightBits(Frame frame) throws ImageException {
        if (frame.type() != SampleType.UINT8) {
            throw ImageException.unsupported("Colours of type " + frame.type());
        }
        return frame.bytes();
    }

    /** ITU-R BT.601 with full range, in fixed point of 16 bits. */
    private static Frame full(Frame frame) throws ImageException {
        if (frame.type() == SampleType.UINT16) {
            return deepFull(frame);
        }
        byte[] in = eightBits(frame);
        byte[] out = new byte[in.length];
        for (int i = 0; i < in.length; i += 3) {
            int y = ((in[i] & 0xff) << 16) + 0x8000;
            int cb = (in[i + 1] & 0xff) - 128;
            int cr = (in[i + 2] & 0xff) - 128;
            out[i] = clamp(y + 91881 * cr);
            out[i + 1] = clamp(y - 22554 * cb - 46802 * cr);
            out[i + 2] = clamp(y + 116130 * cb);
        }
        return Frame.rgb8(frame.columns(), frame.rows(), out);
    }

    /** The same for 9 to 16 bits, as lossy JPEG of 12 bits has them. */
    private static Frame deepFull(Frame frame) {
        short[] in = frame.shorts();
        short[] out = new short[in.length];
        int max = (1 << frame.bitsStored()) - 1;
        int middle = max + 1 >> 1;
        for (int i = 0; i < in.length; i += 3) {
            long y = ((in[i] & 0xffffL) << 16) + 0x8000;
            int cb = (in[i + 1] & 0xffff) - middle;
            int cr = (in[i + 2] & 0xffff) - middle;
            out[i] = clamp(y + 91881L * cr, max);
            out[i + 1] = clamp(y - 22554L * cb - 46802L * cr, max);
            out[i + 2] = clamp(y + 116130L * cb, max);
        }
        return deep(frame, Photometric.RGB, out);
    }

    private static Frame deep(Frame frame, Photometric photometric, short[] samples) {
        return new Frame(frame.columns(), frame.rows(), 3, photometric, SampleType.UINT16, frame.bitsStored(), samples);
    }

    /** Luminance 16 to 235, chrominance 16 to 240. */
    private static Frame partial(Frame frame) throws ImageException {
        byte[] in = eightBits(frame);
        byte[] out = new byte[in.length];
        for (int i = 0; i < in.length; i += 3) {
            int y = ((in[i] & 0xff) - 16) * 76309 + 0x8000;
            int cb = (in[i + 1] & 0xff) - 128;
            int cr = (in[i + 2] & 0xff) - 128;
            out[i] = clamp(y + 104597 * cr);
            out[i + 1] = clamp(y - 25675 * cb - 53279 * cr);
            out[i + 2] = clamp(y + 132201 * cb);
        }
        return Frame.rgb8(frame.columns(), frame.rows(), out);
    }

    /** {@return RGB of 8 to 16 bits as YBR_FULL} */
    static Frame toYbr(Frame frame) throws ImageException {
        if (frame.type() == SampleType.UINT16) {
            return deepYbr(frame);
        }
        byte[] in = eightBits(frame);
        byte[] out = new byte[in.length];
        for (int i = 0; i < in.length; i += 3) {
            int r = in[i] & 0xff;
            int g = in[i + 1] & 0xff;
            int b = in[i + 2] & 0xff;
            out[i] = clamp(19595 * r + 38470 * g + 7471 * b + 0x8000);
            out[i + 1] = clamp(-11059 * r - 21709 * g + 32768 * b + 0x808000);
            out[i + 2] = clamp(32768 * r - 27439 * g - 5329 * b + 0x808000);
        }
        return new Frame(frame.columns(), frame.rows(), 3, Photometric.YBR_FULL, SampleType.UINT8, 8, out);
    }

    private static Frame deepYbr(Frame frame) {
        short[] in = frame.shorts();
        short[] out = new short[in.length];
        int max = (1 << frame.bitsStored()) - 1;
        long middle = ((max + 1L) << 15) + 0x8000;
        for (int i = 0; i < in.length; i += 3) {
            long r = in[i] & 0xffff;
            long g = in[i + 1] & 0xffff;
            long b = in[i + 2] & 0xffff;
            out[i] = clamp(19595 * r + 38470 * g + 7471 * b + 0x8000, max);
            out[i + 1] = clamp(-11059 * r - 21709 * g + 32768 * b + middle, max);
            out[i + 2] = clamp(32768 * r - 27439 * g - 5329 * b + middle, max);
        }
        return deep(frame, Photometric.YBR_FULL, out);
    }

    private static short clamp(long fixed, int max) {
        return (short) Math.max(0, Math.min(max, fixed >> 16));
    }

    private static byte clamp(int fixed) {
        return (byte) Math.max(0, Math.min(255, fixed >> 16));
    }
}
