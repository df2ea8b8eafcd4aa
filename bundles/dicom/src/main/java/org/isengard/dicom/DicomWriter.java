package org.isengard.dicom;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes DICOM files (PS3.10) and bare data sets in any transfer syntax; the encoding of pixel data is not changed. */
public final class DicomWriter {
    /** Our identifier of the implementation (PS3.7 section D.3.3.2). */
    public static final String IMPLEMENTATION_CLASS_UID = "2.25.125232319736557562769329303210894157074";

    public static final String IMPLEMENTATION_VERSION_NAME = "ISENGARD";

    private static final int UNDEFINED = -1;
    private static final int COPY_BUFFER = 1 << 16;

    private final OutputStream out;
    private final boolean explicitVR;
    private final boolean bigEndian;
    private final TransferSyntax syntax;
    private final Map<Attributes, Long> lengths;
    private final byte[] header = new byte[12];
    private Attributes root;

    private DicomWriter(OutputStream out, TransferSyntax syntax, boolean definedLengths) {
        this.out = out;
        this.syntax = syntax;
        this.explicitVR = syntax.explicitVR();
        this.bigEndian = syntax.bigEndian();
        this.lengths = definedLengths ? new IdentityHashMap<>() : null;
    }

    /** The file meta information of a new file (PS3.10 section 7.1). */
    public static Attributes fileMetaInformation(String sopClass, String sopInstance, TransferSyntax syntax) {
        var meta = new Attributes();
        meta.setBytes(Tag.FileMetaInformationVersion, VR.OB, new byte[] {0, 1});
        meta.setString(Tag.MediaStorageSOPClassUID, VR.UI, sopClass == null ? "" : sopClass);
        meta.setString(Tag.MediaStorageSOPInstanceUID, VR.UI, sopInstance == null ? "" : sopInstance);
        meta.setString(Tag.TransferSyntaxUID, VR.UI, syntax.uid());
        meta.setString(Tag.ImplementationClassUID, VR.UI, IMPLEMENTATION_CLASS_UID);
        meta.setString(Tag.ImplementationVersionName, VR.SH, IMPLEMENTATION_VERSION_NAME);
        return meta;
    }

    public static void write(OutputStream out, Attributes meta, Attributes dataset, TransferSyntax syntax)
            throws IOException {
        write(out, meta, dataset, syntax, WriteOptions.defaults());
    }

    /**
     * Writes a file: preamble, file meta information and data set. The stream is flushed, not closed.
     *
     * @param meta its transfer syntax and group length are replaced by what is true; null: made from the data set
     */
    public static void write(
            OutputStream out, Attributes meta, Attributes dataset, TransferSyntax syntax, WriteOptions options)
            throws IOException {
        Attributes group2 = meta == null
                ? fileMetaInformation(dataset.getString(Tag.SOPClassUID), dataset.getString(Tag.SOPInstanceUID), syntax)
                : meta.copy();
        group2.setString(Tag.TransferSyntaxUID, VR.UI, syntax.uid());
        group2.remove(Tag.FileMetaInformationGroupLength);
        var buffered = new BufferedOutputStream(out, COPY_BUFFER);
        buffered.write(new byte[128]);
        buffered.write(new byte[] {'D', 'I', 'C', 'M'});
        var metaWriter = new DicomWriter(buffered, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, true);
        var groupLength = new byte[4];
        Bytes.put32(groupLength, 0, checkedLength(metaWriter.lengthOf(group2), Tag.FileMetaInformationGroupLength));
        metaWriter.element(group2, new Value(Tag.FileMetaInformationGroupLength, VR.UL, groupLength));
        metaWriter.elements(group2);
        writeDataset(buffered, dataset, syntax, options);
    }

    public static void writeDataset(OutputStream out, Attributes dataset, TransferSyntax syntax) throws IOException {
        writeDataset(out, dataset, syntax, WriteOptions.defaults());
    }

    /** Writes a data set without file meta information. The stream is flushed, not closed. */
    public static void writeDataset(OutputStream out, Attributes dataset, TransferSyntax syntax, WriteOptions options)
            throws IOException {
        var buffered = out instanceof BufferedOutputStream b ? b : new BufferedOutputStream(out, COPY_BUFFER);
        if (syntax.deflated()) {
            var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            try {
                var deflated = new DeflaterOutputStream(buffered, deflater, COPY_BUFFER);
                var inner = new BufferedOutputStream(deflated, COPY_BUFFER);
                new DicomWriter(inner, syntax, options.definedLengths()).elements(dataset);
                inner.flush();
                deflated.finish();
                if ((deflater.getBytesWritten() & 1) == 1) {
                    buffered.write(0);
                }
            } finally {
                deflater.end();
            }
        } else {
            new DicomWriter(buffered, syntax, options.definedLengths()).elements(dataset);
        }
        buffered.flush();
    }

    private void elements(Attributes attributes) throws IOException {
        if (root == null) {
            root = attributes;
        }
        for (Element element : attributes) {
            // Group lengths are retired but for groups 0000 and 0002, and would be wrong after any change.
            if (!Tags.isGroupLength(element.tag()) || element.tag() == 0) {
                element(attributes, element);
            }
        }
    }

    private void element(Attributes owner, Element element) throws IOException {
        if (element instanceof Value value) {
            value(owner, value);
        } else if (element instanceof Sequence sequence) {
            sequence(sequence);
        } else if (element instanceof Fragments fragments) {
            fragments(fragments);
        } else if (element instanceof BulkData bulk) {
            bulk(owner, bulk);
        }
    }

    private void header(int tag, VR vr, long length) throws IOException {
        put16(0, tag >>> 16);
        put16(2, tag);
        if (!explicitVR) {
            put32(4, (int) length);
            out.write(header, 0, 8);
            return;
        }
        // A value too long for the 16 bits of its VR is written as UN (PS3.5 section 6.2.2, note).
        VR written = !vr.longHeader() && length > 0xfffe ? VR.UN : vr;
        header[4] = (byte) written.name().charAt(0);
        header[5] = (byte) written.name().charAt(1);
        if (written.longHeader()) {
            put16(6, 0);
            put32(8, (int) length);
            out.write(header, 0, 12);
        } else {
            put16(6, (int) length);
            out.write(header, 0, 8);
        }
    }

    private void put16(int at, int value) {
        header[at] = (byte) (bigEndian ? value >> 8 : value);
        header[at + 1] = (byte) (bigEndian ? value : value >> 8);
    }

    private void put32(int at, int value) {
        put16(at, bigEndian ? value >>> 16 : value);
        put16(at + 2, bigEndian ? value : value >>> 16);
    }

    private void itemHeader(int tag, int length) throws IOException {
        put16(0, tag >>> 16);
        put16(2, tag);
        put32(4, length);
        out.write(header, 0, 8);
    }

    private void value(Attributes owner, Value value) throws IOException {
        byte[] bytes = value.isEncoded() ? value.buffer() : value.bytes(owner.characterSet());
        int start = value.isEncoded() ? value.start() : 0;
        int length = value.isEncoded() ? (int) value.length() : bytes.length;
        header(value.tag(), value.vr(), checkedLength((length + 1L) & ~1L, value.tag()) & 0xffffffffL);
        if (swaps(value.tag(), owner) && value.vr().unitSize() > 1) {
            byte[] swapped = value.bytes(owner.characterSet());
            Bytes.swap(swapped, 0, swapped.length, value.vr().unitSize());
            out.write(swapped);
        } else {
            out.write(bytes, start, length);
        }
        if ((length & 1) == 1) {
            out.write(value.vr().padding());
        }
    }

    private static int checkedLength(long length, int tag) throws DicomException {
        if (length > 0xfffffffeL) {
            throw new DicomException(
                    "A length of " + length + " bytes cannot be written", Tags.toString(tag), -1, null);
        }
        return (int) length;
    }

    private void sequence(Sequence sequence) throws IOException {
        if (lengths == null) {
            header(sequence.tag(), VR.SQ, UNDEFINED & 0xffffffffL);
            for (Attributes item : sequence) {
                itemHeader(Tag.Item, UNDEFINED);
                elements(item);
                itemHeader(Tag.ItemDelimitationItem, 0);
            }
            itemHeader(Tag.SequenceDelimitationItem, 0);
            return;
        }
        header(sequence.tag(), VR.SQ, checkedLength(lengthOf(sequence), sequence.tag()) & 0xffffffffL);
        for (Attributes item : sequence) {
            itemHeader(Tag.Item, checkedLength(lengthOf(item), sequence.tag()));
            elements(item);
        }
    }

    private long lengthOf(Sequence sequence) throws IOException {
        long length = 0;
        for (Attributes item : sequence) {
            length += 8 + lengthOf(item);
        }
        return length;
    }

    /** The bytes of all elements of a data set or item; each is measured once. */
    private long lengthOf(Attributes attributes) throws IOException {
        Long known = lengths.get(attributes);
        if (known != null) {
            return known;
        }
        long total = 0;
        for (Element element : attributes) {
            if (Tags.isGroupLength(element.tag()) && element.tag() != 0) {
                continue;
            }
            long length;
            if (element instanceof Sequence sequence) {
                length = lengthOf(sequence);
            } else if (element instanceof Fragments fragments) {
                length = encapsulatedLength(fragments);
            } else if (element instanceof Value value && !value.isEncoded()) {
                length = value.bytes(attributes.characterSet()).length;
            } else {
                length = element.length();
            }
            length = (length + 1) & ~1L;
            total += (explicitVR && (element.vr().longHeader() || length > 0xfffe) ? 12 : 8) + length;
        }
        lengths.put(attributes, total);
        return total;
    }

    private static long encapsulatedLength(Fragments fragments) {
        long length = 16 + fragments.offsetTable().length;
        for (int i = 0; i < fragments.size(); i++) {
            length += 8 + ((fragments.length(i) + 1L) & ~1L);
        }
        return length;
    }

    private void fragments(Fragments fragments) throws IOException {
        if (fragments.tag() == Tag.PixelData && !syntax.encapsulated()) {
            throw new DicomException("Encapsulated pixel data cannot be written in " + syntax.name());
        }
        header(fragments.tag(), fragments.tag() == Tag.PixelData ? VR.OB : fragments.vr(), UNDEFINED & 0xffffffffL);
        byte[] table = fragments.offsetTable();
        itemHeader(Tag.Item, table.length);
        out.write(table);
        for (int i = 0; i < fragments.size(); i++) {
            byte[] fragment = fragments.get(i);
            itemHeader(Tag.Item, checkedLength((fragment.length + 1L) & ~1L, fragments.tag()));
            out.write(fragment);
            if ((fragment.length & 1) == 1) {
                out.write(0);
            }
        }
        itemHeader(Tag.SequenceDelimitationItem, 0);
    }

    /** {@return whether words of an element are written in big-endian order} */
    private boolean swaps(int tag, Attributes owner) {
        return tag == Tag.PixelData && owner == root ? syntax.bigEndianPixelData() : bigEndian;
    }

    private void bulk(Attributes owner, BulkData bulk) throws IOException {
        header(bulk.tag(), bulk.vr(), checkedLength((bulk.length() + 1) & ~1L, bulk.tag()) & 0xffffffffL);
        boolean swap = bulk.bigEndian() != swaps(bulk.tag(), owner) && bulk.vr().unitSize() > 1;
        var buffer = new byte[COPY_BUFFER];
        try (InputStream in = bulk.open(0)) {
            for (long left = bulk.length(); left > 0; ) {
                int read = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                if (read == 0) {
                    throw new DicomException("The source has become shorter", Tags.toString(bulk.tag()), -1, null);
                }
                if (swap) {
                    Bytes.swap(buffer, 0, read, bulk.vr().unitSize());
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        if ((bulk.length() & 1) == 1) {
            out.write(0);
        }
    }
}
