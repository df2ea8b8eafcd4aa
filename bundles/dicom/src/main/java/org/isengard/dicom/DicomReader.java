package org.isengard.dicom;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads DICOM files (PS3.10), also those without preamble or file meta information, and bare data sets. A stream is
 * read no further than necessary (by blocks of a few KiB), and is not closed.
 */
public final class DicomReader {
    private static final long SMALL_FILE = 1 << 22;

    private DicomReader() {}

    public static DicomFile read(byte[] bytes) throws IOException {
        return read(bytes, ReadOptions.defaults());
    }

    /** Values share the array, which must not be changed afterwards. */
    public static DicomFile read(byte[] bytes, ReadOptions options) throws IOException {
        return read(new DicomInput(bytes, 0, bytes.length), options, start -> {
            var in = new ByteArrayInputStream(bytes);
            in.skipNBytes(start);
            return in;
        });
    }

    public static DicomFile read(InputStream in) throws IOException {
        return read(in, ReadOptions.defaults());
    }

    /** Referenced pixel data of a stream can be located afterwards, not read. */
    public static DicomFile read(InputStream in, ReadOptions options) throws IOException {
        return read(new DicomInput(in), options, null);
    }

    /** As {@link #read(InputStream, ReadOptions)}, with a way to open the same bytes again for referenced pixel data. */
    public static DicomFile read(InputStream in, ReadOptions options, BulkData.Source source) throws IOException {
        return read(new DicomInput(in), options, source);
    }

    public static DicomFile read(Path file) throws IOException {
        return read(file, ReadOptions.defaults());
    }

    /** Referenced pixel data is read from the file again, which must then still be there. */
    public static DicomFile read(Path file, ReadOptions options) throws IOException {
        boolean whole = options.pixelData() == ReadOptions.PixelData.LOAD && !options.stopBeforePixelData();
        if (whole && Files.size(file) <= SMALL_FILE) {
            return read(Files.readAllBytes(file), options);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(new DicomInput(in), options, start -> open(file, start));
        }
    }

    private static InputStream open(Path file, long start) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            return Channels.newInputStream(channel.position(start));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A data set without file meta information, as DIMSE messages carry it. */
    public static Attributes readDataset(byte[] bytes, TransferSyntax syntax, ReadOptions options) throws IOException {
        return body(new DicomInput(bytes, 0, bytes.length), new Attributes(), syntax, options, null)
                .dataset();
    }

    /** A data set without file meta information, up to the end of the stream. */
    public static Attributes readDataset(InputStream in, TransferSyntax syntax, ReadOptions options)
            throws IOException {
        return body(new DicomInput(in), new Attributes(), syntax, options, null).dataset();
    }

    private static DicomFile read(DicomInput in, ReadOptions options, BulkData.Source source) throws IOException {
        var meta = new Attributes();
        if (in.has(132) && isMagic(in.buffer, in.position + 128)) {
            in.position += 132;
        }
        if (in.has(8) && in.buffer[in.position] == 2 && in.buffer[in.position + 1] == 0) {
            new DicomParser(in, options, null).fileMeta(meta);
        }
        String uid = meta.getString(Tag.TransferSyntaxUID);
        TransferSyntax declared = uid == null ? null : TransferSyntax.of(uid);
        TransferSyntax syntax =
                declared != null && (declared.deflated() || !in.has(8)) ? declared : guess(in, declared);
        return body(in, meta, syntax, options, source);
    }

    private static boolean isMagic(byte[] b, int i) {
        return b[i] == 'D' && b[i + 1] == 'I' && b[i + 2] == 'C' && b[i + 3] == 'M';
    }

    /** The transfer syntax as the first element has it: what is declared is not always true, and not always declared. */
    private static TransferSyntax guess(DicomInput in, TransferSyntax declared) throws IOException {
        if (!in.has(8)) {
            throw new DicomException("This is not a DICOM file: too short", null, in.offset(), null);
        }
        byte[] b = in.buffer;
        int p = in.position;
        boolean explicit = VR.of(b[p + 4], b[p + 5]) != null;
        if (declared != null) {
            if (explicit == declared.explicitVR() || declared.bigEndian() || declared.encapsulated()) {
                return declared;
            }
            int tag = Bytes.int16(b, p) << 16 | Bytes.int16(b, p + 2);
            if (explicit) {
                return TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
            }
            boolean plausible = (Bytes.int32(b, p + 4) & 0xffffffffL) < 0x10000
                    && Dictionary.standard().lookup(tag, null) != null;
            return plausible ? TransferSyntax.IMPLICIT_LITTLE_ENDIAN : declared;
        }
        boolean bigEndian = b[p] == 0 && b[p + 1] != 0;
        int group = bigEndian ? b[p + 1] & 0xff : Bytes.int16(b, p);
        int element = bigEndian ? (b[p + 2] & 0xff) << 8 | b[p + 3] & 0xff : Bytes.int16(b, p + 2);
        if (group != 0 && Dictionary.standard().lookup(Tags.of(group, element), null) != null) {
            if (explicit) {
                return bigEndian ? TransferSyntax.EXPLICIT_BIG_ENDIAN : TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
            }
            if (!bigEndian && (Bytes.int32(b, p + 4) & 0xffffffffL) < 0x10000) {
                return TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
            }
        }
        throw new DicomException("This is not a DICOM file", null, in.offset(), null);
    }

    private static DicomFile body(
            DicomInput in, Attributes meta, TransferSyntax syntax, ReadOptions options, BulkData.Source source)
            throws IOException {
        var dataset = new Attributes();
        dataset.setDefaultCharacterSet(options.defaultCharacterSet());
        long start = in.offset();
        if (syntax.deflated()) {
            BoundedInflater inflater = BoundedInflater.of(in.rest(), options);
            try {
                ReadOptions loading = options.pixelData() == ReadOptions.PixelData.REFERENCE
                        ? options.withPixelData(ReadOptions.PixelData.LOAD)
                        : options;
                var parser = new DicomParser(new DicomInput(inflater), loading, null);
                parser.setEncoding(syntax, syntax.explicitVR());
                parser.dataset(dataset);
                return new DicomFile(meta, dataset, syntax, start, -1, parser.pixelDataVR);
            } finally {
                inflater.end();
            }
        }
        var parser = new DicomParser(in, options, source);
        // Some write implicit VR under a transfer syntax of encapsulated pixel data; the first element tells.
        boolean explicit = syntax.explicitVR()
                && !(syntax.encapsulated()
                        && in.has(8)
                        && VR.of(in.buffer[in.position + 4], in.buffer[in.position + 5]) == null
                        && in.buffer[in.position + 6] == 0
                        && in.buffer[in.position + 7] == 0);
        parser.setEncoding(syntax, explicit);
        parser.dataset(dataset);
        return new DicomFile(meta, dataset, syntax, start, parser.pixelDataOffset, parser.pixelDataVR);
    }
}
