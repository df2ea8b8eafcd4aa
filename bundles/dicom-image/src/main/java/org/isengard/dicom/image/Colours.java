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

    /** {@return bits of the entries of the palette, 8 or 16} */
    public static int paletteBits(Attributes dataset) throws ImageException {
        return PaletteColors.of(dataset).bits();
    }

    private static byte[] eightBits(Frame frame) throws ImageException {
        if (frame.type() != SampleType.UINT8) {
            throw ImageException.unsupported("YBR with more than 8 bits");
        }
        return frame.bytes();
    }

    /** ITU-R BT.601 with full range, in fixed point of 16 bits. */
    private static Frame full(Frame frame) throws ImageException {
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

    /** {@return RGB of 8 bits as YBR_FULL} */
    static Frame toYbr(Frame frame) throws ImageException {
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

    private static byte clamp(int fixed) {
        return (byte) Math.max(0, Math.min(255, fixed >> 16));
    }
}
