package org.isengard.dicomweb.stow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.BulkData;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartReader;
import org.isengard.dicomweb.model.BulkDataSource;
import org.isengard.dicomweb.model.JsonModelReader;
import org.isengard.dicomweb.model.XmlModelReader;
import org.isengard.runtime.Json;

/**
 * A request with metadata and bulk data (PS3.18 section 10.5.1.2): the data sets come first, their values in parts that
 * Content-Location names. Bulk data waits in temporary files.
 */
final class MetadataRequest implements Closeable {
    private static final int LONGEST_METADATA = 64 << 20;
    private static final int MOST_INSTANCES = 10_000;

    /** The transfer syntax of compressed pixel data by its media type (PS3.18 table 8.7.3-5). */
    private static final Map<String, String> SYNTAXES = Map.of(
            "image/jpeg", UID.JPEGBaseline8Bit,
            "image/jls", UID.JPEGLSLossless,
            "image/jp2", UID.JPEG2000Lossless,
            "image/dicom-rle", UID.RLELossless);

    private record Bulk(Path file, MediaType type) {}

    /** Makes a DICOM file of a data set and opens it. */
    @FunctionalInterface
    interface MadeFile {
        InputStream open() throws IOException;
    }

    /** Takes one file after the other. */
    @FunctionalInterface
    interface Taker {
        void take(MadeFile file) throws IOException;
    }

    private final Path directory;
    private final Map<String, List<Bulk>> bulk = new HashMap<>();
    private final List<JsonNode> json = new ArrayList<>();
    private final List<Path> xml = new ArrayList<>();
    private int files;

    private MetadataRequest() throws IOException {
        directory = Files.createTempDirectory("isengard-stow");
    }

    /** @throws IsengardException BAD_FILE_FORMAT or BAD_REQUEST when a part cannot be read */
    static MetadataRequest read(MultipartReader reader, boolean isXml) throws IOException {
        MetadataRequest request = new MetadataRequest();
        try {
            for (MultipartReader.Part part = reader.next(); part != null; part = reader.next()) {
                request.part(part, isXml);
            }
            return request;
        } catch (IOException | RuntimeException e) {
            request.close();
            throw e;
        }
    }

    private void part(MultipartReader.Part part, boolean isXml) throws IOException {
        MediaType type = part.type().orElseThrow(() -> bad("A part has no Content-Type"));
        if (type.type().equals("application/dicom+json") && !isXml) {
            byte[] text = part.content().readNBytes(LONGEST_METADATA + 1);
            if (text.length > LONGEST_METADATA) {
                throw bad("The metadata take more than " + LONGEST_METADATA + " bytes");
            }
            JsonNode node = Json.MAPPER.readTree(text);
            if (node.isArray()) {
                node.forEach(json::add);
            } else {
                json.add(node);
            }
        } else if (type.type().equals("application/dicom+xml") && isXml) {
            xml.add(spool(part));
        } else {
            if (part.location().isEmpty()) {
                throw bad("A part with bulk data has no Content-Location");
            }
            bulk.computeIfAbsent(part.location(), location -> new ArrayList<>()).add(new Bulk(spool(part), type));
        }
        if (json.size() + xml.size() > MOST_INSTANCES) {
            throw bad("The request describes more than " + MOST_INSTANCES + " instances");
        }
    }

    private Path spool(MultipartReader.Part part) throws IOException {
        Path file = directory.resolve(Integer.toString(files++));
        try (OutputStream out = Files.newOutputStream(file)) {
            part.content().transferTo(out);
        }
        return file;
    }

    /** Gives a file of each data set away; it is made when it is opened, and gone afterwards. */
    void each(Taker taker) throws IOException {
        Path file = directory.resolve("made");
        for (JsonNode node : json) {
            taker.take(() -> {
                Values values = new Values();
                return make(new JsonModelReader(values).read(node), values, file);
            });
            Files.deleteIfExists(file);
        }
        for (Path document : xml) {
            taker.take(() -> {
                Values values = new Values();
                try (InputStream in = Files.newInputStream(document)) {
                    return make(XmlModelReader.read(in, values), values, file);
                }
            });
            Files.deleteIfExists(file);
        }
    }

    private static InputStream make(Attributes dataset, Values values, Path file) throws IOException {
        TransferSyntax syntax = values.syntax();
        dataset.remove(Tag.AvailableTransferSyntaxUID);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            DicomWriter.write(out, null, dataset, syntax);
        }
        return Files.newInputStream(file);
    }

    /** The bulk data of one data set. */
    private final class Values implements BulkDataSource {
        private String compressed = "";

        @Override
        public void put(Attributes dataset, int tag, VR vr, String address) {
            List<Bulk> parts = bulk.get(address);
            if (parts == null) {
                throw bad("No part has the Content-Location " + address);
            }
            try {
                Bulk first = parts.get(0);
                String type = first.type.type();
                if (tag == Tag.PixelData
                        && (type.startsWith("image/")
                                || first.type.transferSyntax().contains("."))
                        && !isNative(first)) {
                    List<byte[]> fragments = new ArrayList<>();
                    for (Bulk part : parts) {
                        byte[] bytes = Files.readAllBytes(part.file);
                        fragments.add(bytes.length % 2 == 0 ? bytes : java.util.Arrays.copyOf(bytes, bytes.length + 1));
                    }
                    dataset.setFragments(tag, VR.OB, new byte[0], fragments);
                    String named = first.type.transferSyntax();
                    compressed = named.isEmpty() ? SYNTAXES.getOrDefault(type, "") : named;
                    if (!TransferSyntax.isKnown(compressed)) {
                        throw bad("Pixel data of type " + type + " needs a known transfer-syntax");
                    }
                    return;
                }
                long length = Files.size(first.file);
                if (length % 2 == 1) {
                    Files.write(first.file, new byte[1], java.nio.file.StandardOpenOption.APPEND);
                    length++;
                }
                dataset.put(new BulkData(tag, vr, 0, length, false, start -> {
                    InputStream in = Files.newInputStream(first.file);
                    in.skipNBytes(start);
                    return in;
                }));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private boolean isNative(Bulk part) {
            String named = part.type.transferSyntax();
            return !named.isEmpty() && !TransferSyntax.of(named).encapsulated();
        }

        /** {@return the transfer syntax of the file: that of compressed pixel data, else Explicit VR Little Endian} */
        TransferSyntax syntax() {
            return compressed.isEmpty() ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN : TransferSyntax.of(compressed);
        }
    }

    @Override
    public void close() throws IOException {
        try (var paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                Files.deleteIfExists(path);
            }
        }
        Files.deleteIfExists(directory);
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, why);
    }
}
