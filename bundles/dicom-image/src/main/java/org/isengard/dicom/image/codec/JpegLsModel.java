package org.isengard.dicom.image.codec;

import java.util.Arrays;
import org.isengard.dicom.image.ImageException;

/**
 * Parameters, contexts and prediction of JPEG-LS (ITU-T T.87 annex A), for encoder and decoder. Holds the state of one
 * scan; of one thread.
 */
final class JpegLsModel {
    /** Exponents of the run lengths (T.87 table A.1 text, array J). */
    static final int[] J = {
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15
    };

    private static final int CONTEXTS = 365;

    final int maxVal;
    final int near;
    final int range;
    final int step;
    final int qbpp;
    final int limit;
    private final int reset;
    private final byte[] quantized;
    private final int quantizedZero;
    final int[] a = new int[CONTEXTS + 2];
    final int[] b = new int[CONTEXTS];
    final int[] c = new int[CONTEXTS];
    final int[] n = new int[CONTEXTS + 2];
    /** Negative errors of the two contexts of run interruption. */
    final int[] negative = new int[2];

    /**
     * Sets up a scan.
     *
     * @param maxVal the largest sample
     * @param near the largest error allowed, 0 for lossless
     * @param thresholds T1, T2, T3; 0 for the defaults
     * @param reset how many samples a context counts before it is halved; 0 for the default
     */
    JpegLsModel(int maxVal, int near, int[] thresholds, int reset) throws ImageException {
        if (maxVal < 1 || maxVal > 65535 || near < 0 || near > Math.min(255, maxVal / 2)) {
            throw ImageException.bad("JPEG-LS with largest sample " + maxVal + " and error " + near);
        }
        this.maxVal = maxVal;
        this.near = near;
        this.reset = reset == 0 ? 64 : reset;
        step = 2 * near + 1;
        range = (maxVal + 2 * near) / step + 1;
        qbpp = 32 - Integer.numberOfLeadingZeros(range - 1);
        int bpp = Math.max(2, 32 - Integer.numberOfLeadingZeros(maxVal));
        limit = 2 * (bpp + Math.max(8, bpp));
        int[] t = thresholds(thresholds);
        quantizedZero = maxVal;
        quantized = new byte[2 * maxVal + 1];
        for (int d = -maxVal; d <= maxVal; d++) {
            quantized[d + maxVal] = quantize(d, t);
        }
        clear();
    }

    private int[] thresholds(int[] given) throws ImageException {
        int t1;
        int t2;
        int t3;
        if (maxVal >= 128) {
            int factor = (Math.min(maxVal, 4095) + 128) / 256;
            t1 = factor + 2 + 3 * near;
            t2 = factor * 4 + 3 + 5 * near;
            t3 = factor * 17 + 4 + 7 * near;
        } else {
            int factor = 256 / (maxVal + 1);
            t1 = Math.max(2, 3 / factor + 3 * near);
            t2 = Math.max(3, 7 / factor + 5 * near);
            t3 = Math.max(4, 21 / factor + 7 * near);
        }
        t1 = given[0] != 0 ? given[0] : inside(t1, near + 1);
        t2 = given[1] != 0 ? given[1] : inside(t2, t1);
        t3 = given[2] != 0 ? given[2] : inside(t3, t2);
        if (t1 <= near || t2 < t1 || t3 < t2 || t3 > maxVal) {
            throw ImageException.bad("Bad JPEG-LS thresholds");
        }
        return new int[] {t1, t2, t3};
    }

    private int inside(int value, int least) {
        return value > maxVal || value < least ? least : value;
    }

    private byte quantize(int d, int[] t) {
        int m = Math.abs(d);
        int q = m <= near ? 0 : m < t[0] ? 1 : m < t[1] ? 2 : m < t[2] ? 3 : 4;
        return (byte) (d < 0 ? -q : q);
    }

    /** Sets the state back to that at the start of a scan, as restart markers ask for. */
    void clear() {
        Arrays.fill(a, Math.max(2, (range + 32) / 64));
        Arrays.fill(b, 0);
        Arrays.fill(c, 0);
        Arrays.fill(n, 1);
        Arrays.fill(negative, 0);
    }

    /** {@return the context of the three gradients, with its sign; 0 asks for a run} */
    int context(int ra, int rb, int rc, int rd) {
        return (quantized[rd - rb + quantizedZero] * 9 + quantized[rb - rc + quantizedZero]) * 9
                + quantized[rc - ra + quantizedZero];
    }

    /** The median edge detecting prediction with its correction; {@code q} has no sign. */
    int predict(int ra, int rb, int rc, int q, int sign) {
        int min = Math.min(ra, rb);
        int max = Math.max(ra, rb);
        int p = rc >= max ? min : rc <= min ? max : ra + rb - rc;
        p += sign < 0 ? -c[q] : c[q];
        return p < 0 ? 0 : Math.min(p, maxVal);
    }

    int golomb(int q) {
        int k = 0;
        int sum = a[q];
        for (int count = n[q]; count < sum && k < 24; count <<= 1) {
            k++;
        }
        return k;
    }

    void update(int q, int error) {
        int bq = b[q] + error * step;
        int aq = a[q] + Math.abs(error);
        int nq = n[q];
        if (nq == reset) {
            aq >>= 1;
            bq >>= 1;
            nq >>= 1;
        }
        nq++;
        if (bq <= -nq) {
            bq = Math.max(bq + nq, 1 - nq);
            if (c[q] > -128) {
                c[q]--;
            }
        } else if (bq > 0) {
            bq = Math.min(bq - nq, 0);
            if (c[q] < 127) {
                c[q]++;
            }
        }
        a[q] = aq;
        b[q] = bq;
        n[q] = nq;
    }

    /** {@return the value of a prediction with its error, brought back into the range} */
    int reconstruct(int prediction, int error) {
        int v = prediction + error * step;
        if (v < -near) {
            v += range * step;
        } else if (v > maxVal + near) {
            v -= range * step;
        }
        return v < 0 ? 0 : Math.min(v, maxVal);
    }

    /** {@return an error as it is coded: in steps, modulo the range} */
    int quantizeError(int error) {
        int e = error;
        if (near > 0) {
            e = e > 0 ? (e + near) / step : -((near - e) / step);
        }
        if (e < 0) {
            e += range;
        }
        if (e >= (range + 1) / 2) {
            e -= range;
        }
        return e;
    }

    /** {@return the Golomb exponent of a run interruption} */
    int golombRun(int type) {
        int q = CONTEXTS + type;
        int sum = type == 0 ? a[q] : a[q] + (n[q] >> 1);
        int k = 0;
        for (int count = n[q]; count < sum && k < 24; count <<= 1) {
            k++;
        }
        return k;
    }

    /** Whether negative errors of this context have the odd codes. */
    boolean runMapsNegative(int type, int k) {
        return k != 0 || 2 * negative[type] >= n[CONTEXTS + type];
    }

    void updateRun(int type, int error, int mapped) {
        int q = CONTEXTS + type;
        if (error < 0) {
            negative[type]++;
        }
        a[q] += mapped + 1 - type >> 1;
        if (n[q] == reset) {
            a[q] >>= 1;
            n[q] >>= 1;
            negative[type] >>= 1;
        }
        n[q]++;
    }
}
