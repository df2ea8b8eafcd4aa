package org.isengard.ingest;

import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;

/**
 * Whether the pixel data of a file are there to their end. A header that is read up to the pixel data says nothing of what
 * follows; this class looks at the bytes of the file as they pass. Native pixel data end with their length (PS3.5 7.1),
 * encapsulated ones with a sequence delimitation item (PS3.5 A.4). A file without pixel data is whole as it is.
 *
 * <p>Threading: one thread.
 */
final class PixelDataEnd {
    private static final int TAG_LENGTH = 4;
    private static final int SHORT_HEADER = 8;
    private static final int LONG_HEADER = 12;
    private static final long UNDEFINED = 0xffffffffL;

    private enum State {
        /** Bytes before the pixel data, or of a value, are passed over. */
        SKIP_TO_ELEMENT,
        /** The header of the element (7fe0,0010) is collected. */
        ELEMENT,
        /** The header of an item is collected. */
        ITEM,
        /** The bytes of an item are passed over. */
        ITEM_VALUE,
        /** The bytes of native pixel data are passed over. */
        VALUE,
        /** The pixel data have ended. */
        ENDED
    }

    private final byte[] header = new byte[LONG_HEADER];
    private final boolean bigEndian;
    private State state;
    private long skip;
    private int collected;
    private boolean broken;

    /** @param file read from the start of the bytes that are given to {@link #pass} */
    public PixelDataEnd(DicomFile file) {
        bigEndian = file.transferSyntax().bigEndian();
        skip = file.pixelDataOffset();
        state = skip < 0 ? State.ENDED : State.SKIP_TO_ELEMENT;
    }

    /** Takes the next bytes of the file. */
    public void pass(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end && state != State.ENDED) {
            switch (state) {
                case SKIP_TO_ELEMENT, ITEM_VALUE, VALUE -> {
                    long step = Math.min(skip, end - at);
                    at += (int) step;
                    skip -= step;
                    if (skip == 0) {
                        valueEnds();
                    }
                }
                default -> {
                    header[collected++] = bytes[at++];
                    headerByte();
                }
            }
        }
    }

    /** {@return whether the bytes that passed hold the pixel data to their end} */
    public boolean isWhole() {
        // A value of length 0 ends where its header does; nothing has to pass for it.
        return !broken && (state == State.ENDED || state == State.VALUE && skip == 0);
    }

    private void valueEnds() {
        collected = 0;
        state = switch (state) {
            case SKIP_TO_ELEMENT -> State.ELEMENT;
            case ITEM_VALUE -> State.ITEM;
            default -> State.ENDED;
        };
    }

    private void headerByte() {
        if (state == State.ITEM && collected == SHORT_HEADER) {
            itemHeader();
        } else if (state == State.ELEMENT && collected == SHORT_HEADER && !hasLongHeader()) {
            begin(uint32(TAG_LENGTH, bigEndian));
        } else if (state == State.ELEMENT && collected == LONG_HEADER) {
            begin(uint32(SHORT_HEADER, bigEndian));
        }
    }

    /** An implicit length that looks like such a VR would be odd, which lengths are not. */
    private boolean hasLongHeader() {
        VR vr = VR.of(header[TAG_LENGTH], header[TAG_LENGTH + 1]);
        return vr != null && vr.longHeader();
    }

    private void begin(long length) {
        collected = 0;
        if (length == UNDEFINED) {
            state = State.ITEM;
        } else {
            skip = length;
            state = length == 0 ? State.ENDED : State.VALUE;
        }
    }

    private void itemHeader() {
        collected = 0;
        int tag = (int) (uint16(0) << 16 | uint16(2));
        long length = uint32(TAG_LENGTH, false);
        if (tag == Tag.SequenceDelimitationItem) {
            state = State.ENDED;
        } else if (tag != Tag.Item || length == UNDEFINED) {
            broken = true;
            state = State.ENDED;
        } else if (length > 0) {
            skip = length;
            state = State.ITEM_VALUE;
        }
    }

    private long uint16(int at) {
        return header[at] & 0xffL | (header[at + 1] & 0xffL) << 8;
    }

    private long uint32(int at, boolean big) {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value |= (header[at + i] & 0xffL) << (big ? 24 - 8 * i : 8 * i);
        }
        return value;
    }
}
