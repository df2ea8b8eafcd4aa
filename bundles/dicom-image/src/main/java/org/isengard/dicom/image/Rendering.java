package org.isengard.dicom.image;

/** Turns decoded frames into pictures of 8 or 16 bits. All methods make new frames. */
public final class Rendering {
    private Rendering() {}

    /** The shade of a value before it is cut to 0 to 255. */
    private interface Shading {
        double of(double value);
    }

    /** Spreads the values that occur over 0 to 255; MONOCHROME1 is shown as it is meant, with low values bright. */
    public static Frame stretch(Frame frame) {
        double[] range = range(frame);
        double width = range[1] - range[0];
        if (frame.type().isFloating()) {
            double scale = width > 0 ? 255 / width : 0;
            return gray8(frame, value -> (value - range[0]) * scale + 0.5);
        }
        // In the numbers and order of Orthanc: whatever lies between two shades must fall to the same side.
        float scale = width > 0 ? 255 / (float) width : 0;
        float shift = (float) -range[0] * scale;
        return gray8(frame, value -> (float) value * scale + shift + 0.5f);
    }

    /**
     * Applies rescaling and a window: values from {@code center - width / 2} on to {@code center + width / 2} are spread
     * over 0 to 255, as Orthanc does it.
     */
    public static Frame window(Frame frame, double slope, double intercept, double center, double width) {
        double w = Math.max(width, 1e-6);
        double low = center - w / 2;
        if (frame.type().isFloating() || slope == 0) {
            return gray8(frame, value -> (slope * value + intercept - low) / w * 255);
        }
        float shift = (float) ((intercept - low) / slope);
        float scale = (float) (slope * 255 / w);
        return gray8(frame, value -> ((float) value + shift) * scale);
    }

    private static double[] range(Frame frame) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        int n = frame.samples();
        switch (frame.type()) {
            case UINT16 -> {
                int lo = 65535;
                int hi = 0;
                for (short s : frame.shorts()) {
                    int v = s & 0xffff;
                    lo = Math.min(lo, v);
                    hi = Math.max(hi, v);
                }
                min = lo;
                max = hi;
            }
            case INT16 -> {
                int lo = Short.MAX_VALUE;
                int hi = Short.MIN_VALUE;
                for (short s : frame.shorts()) {
                    lo = Math.min(lo, s);
                    hi = Math.max(hi, s);
                }
                min = lo;
                max = hi;
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    double v = frame.value(i);
                    // Not-a-number and infinity stay out of the range.
                    if (Math.abs(v) <= Double.MAX_VALUE) {
                        min = Math.min(min, v);
                        max = Math.max(max, v);
                    }
                }
            }
        }
        return min <= max ? new double[] {min, max} : new double[] {0, 0};
    }

    private static Frame gray8(Frame frame, Shading shading) {
        int n = frame.samples();
        byte[] out = new byte[n];
        int flip = frame.photometric() == Photometric.MONOCHROME1 ? 255 : 0;
        switch (frame.type()) {
            case UINT8, INT8 -> {
                byte[] in = frame.bytes();
                byte[] map = new byte[256];
                for (int v = 0; v < 256; v++) {
                    map[v] = level(frame.type() == SampleType.INT8 ? (byte) v : v, shading, flip);
                }
                for (int i = 0; i < n; i++) {
                    out[i] = map[in[i] & 0xff];
                }
            }
            case UINT16, INT16 -> {
                short[] in = frame.shorts();
                int first = frame.type() == SampleType.INT16 ? -(1 << frame.bitsStored() - 1) : 0;
                int mask = frame.type() == SampleType.INT16 ? -1 : 0xffff;
                if (n >= 1 << frame.bitsStored() - 1) {
                    byte[] map = map(first, 1 << frame.bitsStored(), shading, flip);
                    for (int i = 0; i < n; i++) {
                        out[i] = map[(in[i] & mask) - first];
                    }
                } else {
                    for (int i = 0; i < n; i++) {
                        out[i] = level(in[i] & mask, shading, flip);
                    }
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[i] = level(frame.value(i), shading, flip);
                }
            }
        }
        return Frame.gray8(frame.columns(), frame.rows(), out);
    }

    private static byte[] map(int first, int count, Shading shading, int flip) {
        byte[] map = new byte[count];
        for (int i = 0; i < count; i++) {
            map[i] = level(first + i, shading, flip);
        }
        return map;
    }

    private static byte level(double value, Shading shading, int flip) {
        double v = shading.of(value);
        int level = v >= 255 ? 255 : v > 0 ? (int) v : 0;
        return (byte) (level ^ flip);
    }

    /**
     * Cuts values to what a type can hold.
     *
     * @param type UINT8, UINT16 or INT16
     */
    public static Frame clip(Frame frame, SampleType type) {
        if (frame.type() == type) {
            return frame;
        }
        int n = frame.samples();
        double min = type == SampleType.INT16 ? Short.MIN_VALUE : 0;
        double max = type == SampleType.UINT8 ? 255 : type == SampleType.UINT16 ? 65535 : Short.MAX_VALUE;
        byte[] bytes = type == SampleType.UINT8 ? new byte[n] : null;
        short[] shorts = bytes == null ? new short[n] : null;
        for (int i = 0; i < n; i++) {
            int v = (int) Math.max(min, Math.min(max, frame.value(i)));
            if (bytes != null) {
                bytes[i] = (byte) v;
            } else {
                shorts[i] = (short) v;
            }
        }
        return bytes != null
                ? Frame.gray8(frame.columns(), frame.rows(), bytes)
                : Frame.gray16(frame.columns(), frame.rows(), type, shorts);
    }

    /** Brings RGB of 16 bits to 8 bits; other frames come back as they are. */
    public static Frame rgb8(Frame frame) throws ImageException {
        if (frame.type() == SampleType.UINT8) {
            return frame;
        }
        if (frame.type() != SampleType.UINT16) {
            throw ImageException.unsupported("Colours of type " + frame.type());
        }
        short[] in = frame.shorts();
        byte[] out = new byte[in.length];
        int shift = Math.max(0, frame.bitsStored() - 8);
        for (int i = 0; i < in.length; i++) {
            out[i] = (byte) ((in[i] & 0xffff) >> shift);
        }
        return Frame.rgb8(frame.columns(), frame.rows(), out);
    }

    /** Resizes an 8-bit picture by nearest neighbours of the pixels' centres. */
    public static Frame resize(Frame frame, int columns, int rows) {
        if (columns == frame.columns() && rows == frame.rows()) {
            return frame;
        }
        int spp = frame.samplesPerPixel();
        byte[] in = frame.bytes();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(columns, rows), spp)];
        int[] from = new int[columns];
        for (int x = 0; x < columns; x++) {
            from[x] = (int) ((x + 0.5) * frame.columns() / columns);
        }
        int k = 0;
        for (int y = 0; y < rows; y++) {
            int row = (int) ((y + 0.5) * frame.rows() / rows) * frame.columns();
            for (int x = 0; x < columns; x++) {
                int i = (row + from[x]) * spp;
                for (int s = 0; s < spp; s++) {
                    out[k++] = in[i + s];
                }
            }
        }
        return new Frame(columns, rows, spp, frame.photometric(), SampleType.UINT8, 8, out);
    }

    /** Smooths an 8-bit picture with the 5 x 5 binomial kernel (1 4 6 4 1), edges repeated. */
    public static Frame smooth(Frame frame) {
        int spp = frame.samplesPerPixel();
        int w = frame.columns();
        int h = frame.rows();
        byte[] in = frame.bytes();
        short[] across = new short[in.length];
        byte[] out = new byte[in.length];
        int[] weight = {1, 4, 6, 4, 1};
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                for (int s = 0; s < spp; s++) {
                    int sum = 0;
                    for (int k = -2; k <= 2; k++) {
                        int xx = Math.max(0, Math.min(w - 1, x + k));
                        sum += weight[k + 2] * (in[(y * w + xx) * spp + s] & 0xff);
                    }
                    across[(y * w + x) * spp + s] = (short) sum;
                }
            }
        }
        for (int y = 0; y < h; y++) {
            for (int i = 0; i < w * spp; i++) {
                int sum = 0;
                for (int k = -2; k <= 2; k++) {
                    sum += weight[k + 2] * across[Math.max(0, Math.min(h - 1, y + k)) * w * spp + i];
                }
                out[y * w * spp + i] = (byte) (sum >> 8);
            }
        }
        return new Frame(w, h, spp, frame.photometric(), SampleType.UINT8, 8, out);
    }
}
