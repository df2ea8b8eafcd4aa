package org.isengard.dicom.image.codec;

import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;

/**
 * The content of the markers in front of the first scan of a JPEG stream (ITU-T T.81 annex B).
 *
 * @param process the number of the start-of-frame marker: 0xC0 baseline, 0xC1 extended, 0xC3 lossless, 0xF7 JPEG-LS, ...
 * @param precision bits per sample
 * @param subsampled whether some component has fewer samples than another
 * @param flattened whether some component has fewer rows than another, but as many columns (4:4:0)
 * @param adobeTransform 0 none, 1 YCbCr, 2 YCCK, -1 without an Adobe marker
 */
record JpegHeader(
        int process,
        int precision,
        int columns,
        int rows,
        int components,
        boolean subsampled,
        boolean flattened,
        int adobeTransform) {
    static JpegHeader of(byte[] stream) throws ImageException {
        int at = 0;
        int adobe = -1;
        if (stream.length < 4 || word(stream, 0) != 0xffd8) {
            throw ImageException.bad("No JPEG stream");
        }
        at = 2;
        while (at + 4 <= stream.length) {
            if ((stream[at] & 0xff) != 0xff) {
                throw ImageException.bad("No marker at byte " + at + " of the JPEG stream");
            }
            int marker = stream[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            int length = word(stream, at + 2);
            if (length < 2 || at + 2 + length > stream.length) {
                break;
            }
            if (isStartOfFrame(marker)) {
                return startOfFrame(stream, at, marker, length, adobe);
            }
            if (marker == 0xee && length >= 14 && stream[at + 4] == 'A' && stream[at + 5] == 'd') {
                adobe = stream[at + 15] & 0xff;
            }
            at += 2 + length;
        }
        throw ImageException.bad("The JPEG stream has no frame header");
    }

    private static boolean isStartOfFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc || marker == 0xf7;
    }

    private static JpegHeader startOfFrame(byte[] stream, int at, int marker, int length, int adobe)
            throws ImageException {
        int components = length < 8 ? 0 : stream[at + 9] & 0xff;
        if (components < 1 || length < 8 + 3 * components) {
            throw ImageException.bad("Bad frame header in the JPEG stream");
        }
        boolean subsampled = false;
        boolean flattened = false;
        for (int c = 1; c < components; c++) {
            int difference = stream[at + 11 + 3 * c] ^ stream[at + 11];
            subsampled |= difference != 0;
            flattened |= difference != 0 && difference >> 4 == 0;
        }
        return new JpegHeader(
                marker,
                stream[at + 4] & 0xff,
                word(stream, at + 7),
                word(stream, at + 5),
                components,
                subsampled,
                flattened,
                adobe);
    }

    private static int word(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
    }

    /** Refuses a stream that is of another size than the data set says, before anything is allocated for it. */
    void check(ImageDescription d) throws ImageException {
        // Zero rows: the number comes after the first scan.
        if (columns != d.columns() || rows != d.rows() && rows != 0 || components != d.samplesPerPixel()) {
            throw ImageException.bad("The JPEG stream is " + columns + " x " + rows + " x " + components + ", not "
                    + d.columns() + " x " + d.rows() + " x " + d.samplesPerPixel());
        }
    }
}
