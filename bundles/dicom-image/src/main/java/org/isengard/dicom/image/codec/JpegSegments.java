package org.isengard.dicom.image.codec;

import org.isengard.dicom.image.ImageException;

/** Walks over the marker segments of a JPEG or JPEG-LS stream (ITU-T T.81 section B.1). */
final class JpegSegments {
    static final int SOI = 0xd8;
    static final int EOI = 0xd9;
    static final int SOS = 0xda;
    static final int DQT = 0xdb;
    static final int DRI = 0xdd;
    static final int DHT = 0xc4;
    static final int APP0 = 0xe0;

    private final byte[] data;
    private int at;
    private int start;
    private int end;

    JpegSegments(byte[] data) throws ImageException {
        this.data = data;
        if (data.length < 4 || data[0] != (byte) 0xff || data[1] != (byte) SOI) {
            throw ImageException.bad("No JPEG stream");
        }
        at = 2;
    }

    /** {@return the next marker, {@link #EOI} also where the stream just ends; its payload is from start to end} */
    int next() throws ImageException {
        while (at + 1 < data.length) {
            int marker = data[at + 1] & 0xff;
            if (data[at] != (byte) 0xff || marker == 0) {
                throw ImageException.bad("No marker at byte " + at + " of the JPEG stream");
            }
            if (marker == 0xff) {
                at++;
                continue;
            }
            at += 2;
            if (marker == EOI) {
                return EOI;
            }
            if (marker >= 0xd0 && marker <= 0xd7 || marker == 1) {
                continue;
            }
            int length = at + 1 < data.length ? word(at) : 0;
            if (length < 2 || at + length > data.length) {
                throw ImageException.bad("Segment at byte " + at + " of the JPEG stream is too long");
            }
            start = at + 2;
            end = at + length;
            at = end;
            return marker;
        }
        return EOI;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int length() {
        return end - start;
    }

    /** Goes on behind entropy-coded data. */
    void seek(int position) {
        at = position;
    }

    /** @throws ImageException when the segment ends before */
    int u8(int offset) throws ImageException {
        if (start + offset >= end) {
            throw ImageException.bad("A segment of the JPEG stream is too short");
        }
        return data[start + offset] & 0xff;
    }

    int u16(int offset) throws ImageException {
        return u8(offset) << 8 | u8(offset + 1);
    }

    /** A frame has one header (T.81 section B.2.1); each costs the memory of a picture. */
    void once(Object madeByAnother) throws ImageException {
        if (madeByAnother != null) {
            throw ImageException.bad("The JPEG stream has more than one frame header");
        }
    }

    /** Takes note of a component's scan, of which sequential streams have one (T.81 section B.2.3). */
    static void first(boolean[] scanned, int component) throws ImageException {
        if (scanned[component]) {
            throw ImageException.bad("The JPEG stream has two scans of component " + component);
        }
        scanned[component] = true;
    }

    private int word(int position) {
        return (data[position] & 0xff) << 8 | data[position + 1] & 0xff;
    }
}
