package org.isengard.dicom.image.codec;

/** The discrete cosine transform of 8 x 8 blocks (ITU-T T.81 section A.3.3), in floating point. */
final class Dct {
    /** cos((2x+1) u pi / 16) scaled to an orthonormal basis, [u][x]. */
    private static final float[][] BASIS = new float[8][8];

    /** Natural order of coefficients in the order of the stream. */
    static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    static {
        for (int u = 0; u < 8; u++) {
            for (int x = 0; x < 8; x++) {
                BASIS[u][x] = (float) (Math.cos((2 * x + 1) * u * Math.PI / 16) * (u == 0 ? Math.sqrt(0.125) : 0.5));
            }
        }
    }

    private Dct() {}

    /** Coefficients in natural order become samples around 0. */
    static void inverse(float[] block) {
        for (int row = 0; row < 64; row += 8) {
            inverse(block, row, 1);
        }
        for (int column = 0; column < 8; column++) {
            inverse(block, column, 8);
        }
    }

    /** Even coefficients give what is symmetric, odd ones what is not: half of the products. */
    private static void inverse(float[] b, int at, int step) {
        float c0 = b[at];
        float c1 = b[at + step];
        float c2 = b[at + 2 * step];
        float c3 = b[at + 3 * step];
        float c4 = b[at + 4 * step];
        float c5 = b[at + 5 * step];
        float c6 = b[at + 6 * step];
        float c7 = b[at + 7 * step];
        float sum = (c0 + c4) * BASIS[0][0];
        float difference = (c0 - c4) * BASIS[0][0];
        float near = c2 * BASIS[2][0] + c6 * BASIS[6][0];
        float far = c2 * BASIS[2][1] + c6 * BASIS[6][1];
        for (int x = 0; x < 4; x++) {
            float even = switch (x) {
                case 0 -> sum + near;
                case 1 -> difference + far;
                case 2 -> difference - far;
                default -> sum - near;
            };
            float odd = c1 * BASIS[1][x] + c3 * BASIS[3][x] + c5 * BASIS[5][x] + c7 * BASIS[7][x];
            b[at + x * step] = even + odd;
            b[at + (7 - x) * step] = even - odd;
        }
    }

    /** Samples around 0 become coefficients in natural order. */
    static void forward(float[] block) {
        for (int row = 0; row < 64; row += 8) {
            forward(block, row, 1);
        }
        for (int column = 0; column < 8; column++) {
            forward(block, column, 8);
        }
    }

    private static void forward(float[] b, int at, int step) {
        float[] in = new float[8];
        for (int x = 0; x < 8; x++) {
            in[x] = b[at + x * step];
        }
        for (int u = 0; u < 8; u++) {
            float sum = 0;
            for (int x = 0; x < 8; x++) {
                sum += BASIS[u][x] * in[x];
            }
            b[at + u * step] = sum;
        }
    }
}
