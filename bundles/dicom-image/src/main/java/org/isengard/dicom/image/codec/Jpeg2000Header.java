package org.isengard.dicom.image.codec;

import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;

/**
 * The size marker segment of a JPEG 2000 code stream (ISO/IEC 15444-1 section A.5.1), read before the library may
 * allocate anything.
 *
 * @param start where the code stream starts, behind the boxes of a JP2 file if there are any
 * @param colourTransform whether the components are decorrelated (section A.6.1)
 */
record Jpeg2000Header(
        int start, long columns, long rows, int components, int precision, boolean signed, boolean colourTransform) {
    private static final int MAX_TILES = 65535;

    static Jpeg2000Header of(byte[] b) throws ImageException {
        int start = 0;
        while (start + 4 <= b.length
                && !(b[start] == (byte) 0xff && b[start + 1] == 0x4f && b[start + 2] == (byte) 0xff)) {
            long length = int32(b, start);
            boolean codeStream = start + 8 <= b.length && int32(b, start + 4) == 0x6a703263L;
            if (codeStream) {
                start += length == 1 ? 16 : 8;
            } else if (length < 8 || start + length > b.length) {
                throw ImageException.bad("No JPEG 2000 stream");
            } else {
                start += (int) length;
            }
        }
        int at = start + 2;
        if (at + 42 > b.length || b[start + 1] != 0x4f || word(b, at) != 0xff51) {
            throw ImageException.bad("The JPEG 2000 stream has no size");
        }
        long columns = int32(b, at + 6) - int32(b, at + 14);
        long rows = int32(b, at + 10) - int32(b, at + 18);
        long tileWidth = int32(b, at + 22);
        long tileHeight = int32(b, at + 26);
        int components = word(b, at + 38);
        if (columns < 1 || rows < 1 || tileWidth < 1 || tileHeight < 1 || components < 1) {
            throw ImageException.bad("Impossible size in the JPEG 2000 stream");
        }
        if ((columns / tileWidth + 2) * (rows / tileHeight + 2) > 4L * MAX_TILES) {
            throw ImageException.bad("Too many tiles in the JPEG 2000 stream");
        }
        int depth = b[at + 40] & 0xff;
        return new Jpeg2000Header(
                start,
                columns,
                rows,
                components,
                (depth & 0x7f) + 1,
                depth > 0x7f,
                transform(b, at + 2 + word(b, at + 2)));
    }

    /** Looks for the default coding style among the segments of the main header. */
    private static boolean transform(byte[] b, int from) {
        int at = from;
        while (at + 9 <= b.length && b[at] == (byte) 0xff) {
            if (b[at + 1] == 0x52) {
                return b[at + 8] != 0;
            }
            if (b[at + 1] == (byte) 0x90) {
                break;
            }
            at += 2 + word(b, at + 2);
        }
        return false;
    }

    void check(ImageDescription d) throws ImageException {
        if (columns != d.columns() || rows != d.rows() || components < d.samplesPerPixel() || components > 4) {
            throw ImageException.bad("The JPEG 2000 stream is " + columns + " x " + rows + " x " + components + ", not "
                    + d.columns() + " x " + d.rows() + " x " + d.samplesPerPixel());
        }
        if (precision > 16) {
            throw ImageException.unsupported("JPEG 2000 of " + precision + " bits");
        }
    }

    private static int word(byte[] b, int at) {
        return at + 1 < b.length ? (b[at] & 0xff) << 8 | b[at + 1] & 0xff : 0;
    }

    private static long int32(byte[] b, int at) {
        return (long) word(b, at) << 16 | word(b, at + 2);
    }
}
