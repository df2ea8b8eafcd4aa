package org.isengard.dicom;

import java.io.IOException;

/**
 * Parses data sets (PS3.5 section 7). Lenient where files in the field are wrong and the meaning is clear, strict where
 * a length is: nothing is allocated or skipped on the word of a length alone.
 */
final class DicomParser {
    private static final long UNDEFINED = 0xffffffffL;
    private static final long OPEN_END = Long.MAX_VALUE;
    /** Sorting a large data set that comes backwards would take forever. */
    private static final long MAX_DISORDER = 100_000_000;

    private static final int OFFSET_TABLE_LIMIT = 1 << 28;

    private final DicomInput in;
    private final ReadOptions options;
    private final BulkData.Source source;
    private final int[] pathTags;
    private final int[] pathItems;
    private int depth;
    private int count;
    private boolean explicitVR;
    private boolean bigEndian;
    private boolean bigEndianPixels;
    private boolean stopped;
    private long disorder;

    private VR vr;
    private long length;

    long pixelDataOffset = -1;
    VR pixelDataVR;

    /** @param source null if what is read cannot be read again */
    DicomParser(DicomInput in, ReadOptions options, BulkData.Source source) {
        this.in = in;
        this.options = options;
        this.source = source;
        pathTags = new int[options.maxDepth() + 2];
        pathItems = new int[options.maxDepth() + 2];
    }

    void setEncoding(boolean explicitVR, boolean bigEndian) {
        this.explicitVR = explicitVR;
        this.bigEndian = bigEndian;
    }

    void setEncoding(TransferSyntax syntax, boolean explicit) {
        setEncoding(explicit, syntax.bigEndian());
        bigEndianPixels = syntax.bigEndianPixelData();
    }

    /** The file meta information: group 0002, explicit VR little endian, up to its length or the first other group. */
    void fileMeta(Attributes meta) throws IOException {
        setEncoding(true, false);
        long end = OPEN_END;
        while (in.offset() < end && in.has(8) && int16(0) == 2) {
            int tag = tag();
            pathTags[0] = tag;
            header(meta, tag, OPEN_END);
            value(meta, tag);
            if (tag == Tag.FileMetaInformationGroupLength && meta.size() == 1) {
                long groupLength = meta.getLong(tag, 0);
                end = groupLength > 0 ? in.offset() + groupLength : OPEN_END;
            }
        }
    }

    /** The elements up to the end of the input, or up to where the options say. */
    void dataset(Attributes dataset) throws IOException {
        elements(dataset, OPEN_END, true);
    }

    private void elements(Attributes into, long end, boolean openEnded) throws IOException {
        while (!stopped && in.offset() < end) {
            if (!in.has(8)) {
                if (depth > 0) {
                    throw error("The data ends within an item");
                }
                // Less than the header of an element is left: zeros are padding, all else was cut off.
                for (int i = 0; in.has(i + 1); i++) {
                    if (in.buffer[in.position + i] != 0) {
                        throw error("The data ends within the header of an element");
                    }
                }
                return;
            }
            int tag = tag();
            pathTags[depth] = tag;
            if (tag >>> 16 == 0xfffe) {
                if (tag == Tag.SequenceDelimitationItem && depth > 0 && openEnded) {
                    // The item delimiter is missing; the sequence ends too.
                    return;
                }
                if (tag == Tag.Item) {
                    throw error("There is an item outside of a sequence");
                }
                in.position += 8;
                if (tag == Tag.ItemDelimitationItem && openEnded && depth > 0) {
                    return;
                }
                continue;
            }
            // Of pixel data, place and VR are noted also where the reading stops in front of it.
            boolean stops = options.stopsAt(tag);
            if (depth == 0 && (tag == 0 && !into.isEmpty() || stops && tag != Tag.PixelData)) {
                // Zeros after the last element are padding.
                stopped = true;
                return;
            }
            long start = in.offset();
            header(into, tag, end);
            if (depth == 0 && isPixelData(tag)) {
                if (tag == Tag.PixelData) {
                    pixelDataOffset = start;
                    pixelDataVR = vr;
                }
                if (options.stopBeforePixelData() || stops) {
                    stopped = true;
                    return;
                }
            }
            value(into, tag);
        }
    }

    private static boolean isPixelData(int tag) {
        return tag == Tag.PixelData || tag == Tag.FloatPixelData || tag == Tag.DoubleFloatPixelData;
    }

    // ------------------------------------------------------------------ headers

    private int int16(int at) {
        byte[] b = in.buffer;
        int i = in.position + at;
        return bigEndian ? (b[i] & 0xff) << 8 | b[i + 1] & 0xff : b[i] & 0xff | (b[i + 1] & 0xff) << 8;
    }

    private long uint32(int at) {
        int first = int16(at);
        int second = int16(at + 2);
        return (bigEndian ? first << 16 | second : second << 16 | first) & 0xffffffffL;
    }

    private int tag() {
        return int16(0) << 16 | int16(2);
    }

    /** Reads tag, VR and length; leaves the latter two in fields, and the position at the value. */
    private void header(Attributes into, int tag, long end) throws IOException {
        if (++count > options.maxElements()) {
            throw error("There are more than " + options.maxElements() + " elements");
        }
        if (!explicitVR) {
            implicitHeader(into, tag);
        } else {
            vr = VR.of(in.buffer[in.position + 4], in.buffer[in.position + 5]);
            if (vr == null) {
                unknownVR(into, tag, end);
            } else if (!vr.longHeader()) {
                length = int16(6);
                in.position += 8;
            } else {
                longHeader(end);
            }
        }
        if (length != UNDEFINED && length > end - in.offset()) {
            throw error("The length " + length + " of the element reaches beyond the item that holds it");
        }
    }

    private void longHeader(long end) throws IOException {
        if (!in.has(12)) {
            throw error("The data ends within the header of an element");
        }
        long reserved = int16(6);
        length = uint32(8);
        if (reserved != 0 && length != UNDEFINED && !fits(length, 12, end) && fits(reserved, 8, end)) {
            // Written with a short header where a long one is due.
            length = reserved;
            in.position += 8;
        } else {
            in.position += 12;
        }
    }

    private void implicitHeader(Attributes into, int tag) {
        length = uint32(4);
        vr = implicitVR(into, tag);
        in.position += 8;
    }

    private VR implicitVR(Attributes into, int tag) {
        Dictionary dictionary = options.dictionary();
        if (Tags.isPrivate(tag)) {
            return dictionary.vrOf(tag, into.privateCreatorOf(tag));
        }
        if (dictionary.dependsOnSign(tag)) {
            for (Attributes a = into; a != null; a = a.parent()) {
                if (a.contains(Tag.PixelRepresentation)) {
                    return a.getInt(Tag.PixelRepresentation, 0) == 1 ? VR.SS : VR.US;
                }
            }
        }
        return dictionary.vrOf(tag, null);
    }

    /** The two bytes after the tag are no known VR: a newer one, a blank one, or an element in implicit VR. */
    private void unknownVR(Attributes into, int tag, long end) throws IOException {
        int first = in.buffer[in.position + 4];
        int second = in.buffer[in.position + 5];
        boolean letters = first >= 'A' && first <= 'Z' && second >= 'A' && second <= 'Z';
        if (letters && in.has(12) && int16(6) == 0 && fits(uint32(8), 12, end)) {
            // New VRs have long headers (PS3.5 section 6.2).
            vr = VR.UN;
            length = uint32(8);
            in.position += 12;
        } else if (!letters && (first != 0 || second != 0) && first != '?' && fits(uint32(4), 8, end)) {
            implicitHeader(into, tag);
        } else if (fits(int16(6), 8, end)) {
            vr = implicitVR(into, tag);
            length = int16(6);
            in.position += 8;
        } else {
            throw error("There is no value representation " + printable(first) + printable(second));
        }
    }

    private static String printable(int b) {
        return b > ' ' && b < 127 ? String.valueOf((char) b) : String.format("\\x%02x", b & 0xff);
    }

    /** Whether a value of this length may follow a header: there is room in the item, and as far as known in the input. */
    private boolean fits(long valueLength, int headerLength, long end) throws IOException {
        return valueLength <= end - in.offset() - headerLength && !in.lacks(valueLength + headerLength);
    }

    // ------------------------------------------------------------------ values

    private void value(Attributes into, int tag) throws IOException {
        if (length == UNDEFINED) {
            undefinedLength(into, tag);
        } else if (vr == VR.SQ) {
            sequence(into, tag, in.offset() + length);
        } else if (depth == 0 && isPixelData(tag)) {
            pixelData(into, tag);
        } else {
            Value value = load(tag, bigEndian);
            if (value.length() < length) {
                throw error("The data ends within a value of " + length + " bytes");
            }
            add(into, vr == VR.UN && !explicitVR ? value.asUnknown() : value);
        }
    }

    /** Adds an element; the first one of a tag counts. */
    private void add(Attributes into, Element element) throws DicomException {
        boolean last = into.isEmpty()
                || Integer.compareUnsigned(into.at(into.size() - 1).tag(), element.tag()) < 0;
        if (last || !into.contains(element.tag())) {
            disorder += into.place(element);
            if (disorder > MAX_DISORDER) {
                throw error("The elements are too much out of order");
            }
        }
    }

    private Value load(int tag, boolean swap) throws IOException {
        if (length > options.maxElementLength()) {
            throw error("A value of " + length + " bytes is beyond the bound of " + options.maxElementLength());
        }
        Value value = in.value(tag, vr, (int) length);
        if (swap && vr.unitSize() > 1) {
            byte[] bytes = value.bytes(SpecificCharacterSet.ASCII);
            Bytes.swap(bytes, 0, bytes.length, vr.unitSize());
            return new Value(tag, vr, bytes);
        }
        return value;
    }

    private void pixelData(Attributes into, int tag) throws IOException {
        boolean swap = depth == 0 ? bigEndianPixels : bigEndian;
        // Where the input ends within pixel data, what there is of it is kept.
        switch (options.pixelData()) {
            case LOAD -> add(into, load(tag, swap));
            case SKIP -> in.skip(length);
            case REFERENCE -> {
                long start = in.offset();
                long there = in.skip(length);
                add(into, new BulkData(tag, vr, start, there, swap, source));
            }
        }
    }

    private void undefinedLength(Attributes into, int tag) throws IOException {
        if (vr == VR.UN && depth == 0 && tag == Tag.PixelData) {
            vr = VR.OB;
            fragments(into, tag);
        } else if (vr == VR.UN) {
            // A sequence whose VR the writer did not know is in implicit VR little endian (PS3.5 section 6.2.2).
            boolean outerExplicit = explicitVR;
            boolean outerBigEndian = bigEndian;
            setEncoding(false, false);
            sequence(into, tag, OPEN_END);
            setEncoding(outerExplicit, outerBigEndian);
        } else if (vr == VR.SQ) {
            sequence(into, tag, OPEN_END);
        } else if (vr.isBinary()) {
            fragments(into, tag);
        } else if (in.has(8) && tag() == Tag.Item) {
            sequence(into, tag, OPEN_END);
        } else {
            throw error("A value of VR " + vr + " cannot be of undefined length");
        }
    }

    private void sequence(Attributes into, int tag, long end) throws IOException {
        var sequence = new Sequence(tag, into);
        add(into, sequence);
        if (++depth > options.maxDepth()) {
            throw error("Sequences are nested more than " + options.maxDepth() + " deep");
        }
        for (int item = 0; in.offset() < end; ) {
            pathTags[depth] = Tag.Item;
            if (!in.has(8)) {
                throw error("The data ends within a sequence");
            }
            int itemTag = tag();
            long itemLength = uint32(4);
            if (itemTag == Tag.SequenceDelimitationItem) {
                in.position += 8;
                break;
            } else if (itemTag == Tag.ItemDelimitationItem) {
                in.position += 8;
            } else if (itemTag == Tag.Item) {
                in.position += 8;
                if (++count > options.maxElements()) {
                    throw error("There are more than " + options.maxElements() + " elements");
                }
                pathItems[depth] = item++;
                boolean open = itemLength == UNDEFINED;
                if (!open && itemLength > end - in.offset()) {
                    throw error("The length " + itemLength + " of the item reaches beyond its sequence");
                }
                Attributes attributes = sequence.newItem();
                elements(attributes, open ? end : in.offset() + itemLength, open);
            } else {
                throw error("There is " + Tags.toString(itemTag) + " where an item is due");
            }
        }
        depth--;
    }

    private void fragments(Attributes into, int tag) throws IOException {
        boolean reference = options.pixelData() == ReadOptions.PixelData.REFERENCE && depth == 0 && isPixelData(tag);
        boolean skip = options.pixelData() == ReadOptions.PixelData.SKIP && depth == 0 && isPixelData(tag);
        var fragments = new Fragments(tag, vr, reference ? source : null);
        if (!skip) {
            add(into, fragments);
        }
        VR fragmentVR = vr;
        for (boolean first = true; in.has(8); first = false) {
            int itemTag = tag();
            length = uint32(4);
            if (itemTag != Tag.Item) {
                in.position += 8;
                if (itemTag == Tag.SequenceDelimitationItem) {
                    return;
                }
                throw error("There is " + Tags.toString(itemTag) + " where a fragment is due");
            }
            in.position += 8;
            if (length == UNDEFINED || ++count > options.maxElements()) {
                throw error(length == UNDEFINED ? "A fragment cannot be of undefined length" : "Too many fragments");
            }
            if (first && length > OFFSET_TABLE_LIMIT) {
                throw error("An offset table of " + length + " bytes is beyond the bound of " + OFFSET_TABLE_LIMIT);
            }
            long start = in.offset();
            if (first && !skip) {
                vr = VR.OB;
                fragments.setOffsetTable(load(tag, bigEndian).bytes(SpecificCharacterSet.ASCII));
            } else if (skip || reference) {
                long there = in.skip(length);
                if (there > Integer.MAX_VALUE - 16) {
                    throw error("A fragment of " + there + " bytes is beyond the bound");
                }
                if (!skip && (there > 0 || length == 0)) {
                    fragments.addReference(start, (int) there);
                }
            } else {
                vr = fragmentVR;
                Value fragment = in.value(tag, vr, (int) Math.min(length, checked(length)));
                if (fragment.length() > 0 || length == 0) {
                    fragments.add(fragment.buffer(), fragment.start(), (int) fragment.length(), start);
                }
            }
        }
    }

    private long checked(long fragmentLength) throws DicomException {
        if (fragmentLength > options.maxElementLength()) {
            throw error(
                    "A fragment of " + fragmentLength + " bytes is beyond the bound of " + options.maxElementLength());
        }
        return fragmentLength;
    }

    private DicomException error(String message) {
        var path = new StringBuilder();
        for (int i = 0; i <= Math.min(depth, options.maxDepth()); i++) {
            if (i > 0) {
                path.append('[').append(pathItems[i]).append("].");
            }
            path.append(Tags.toString(pathTags[i]));
        }
        return new DicomException(message, path.toString(), in.offset(), null);
    }
}
