package org.isengard.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * Reads the files of instances. The bytes in front of pixel data are kept in memory up to a bound, since one client
 * asks many things of the same instance.
 */
@Component(
        service = {DicomFiles.class, ParsedFiles.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ParsedFiles implements DicomFiles {
    @interface Config {
        String DefaultEncoding();

        String Dictionary();

        /** In MB, as in Orthanc. */
        int MaximumStorageCacheSize();
    }

    private static final Set<FindRequest.Part> PARTS = Set.of(FindRequest.Part.ATTACHMENTS, FindRequest.Part.METADATA);
    private static final int MAX_HEADER = 64 << 20;
    private static final int MAX_CACHED = 1 << 20;
    private static final long MAX_WHOLE = 1L << 30;

    /** A header's bytes; the transfer syntax is in them. */
    private record Header(byte[] bytes) {}

    private final Index index;
    private final Attachments attachments;
    private final Dictionary dictionary;
    private final long budget;
    private final Map<String, Header> cache = new LinkedHashMap<>(64, 0.75f, true);
    private long cached;
    private volatile String encoding;
    private volatile ReadOptions options;
    private volatile ReadOptions tagOptions;

    @Activate
    public ParsedFiles(Config config, @Reference Index index, @Reference Attachments attachments) throws IOException {
        this.index = index;
        this.attachments = attachments;
        budget = Math.max(0, Math.min(config.MaximumStorageCacheSize(), 1 << 16)) * (1L << 20) / 4;
        dictionary = Dictionary.standard().withPrivate(entries(config.Dictionary()));
        setDefaultEncoding(config.DefaultEncoding());
    }

    /** Orthanc's option Dictionary: {@code "gggg,eeee": [VR, name, min, max, creator]}. */
    static List<Dictionary.Entry> entries(String json) throws IOException {
        List<Dictionary.Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : Json.MAPPER.readTree(json).properties()) {
            JsonNode value = entry.getValue();
            OptionalInt tag = Tags.parse(entry.getKey(), Dictionary.standard());
            VR vr = value.size() < 2 ? null : VR.of(value.get(0).asText());
            if (tag.isEmpty() || vr == null) {
                throw new IllegalArgumentException("Option \"Dictionary\": bad entry \"" + entry.getKey() + "\"");
            }
            int max = value.path(3).asInt(1);
            entries.add(new Dictionary.Entry(
                    tag.getAsInt(),
                    vr,
                    value.get(1).asText(),
                    value.path(2).asInt(1),
                    max == 0 ? -1 : max,
                    value.size() > 4 ? value.get(4).asText() : null));
        }
        return entries;
    }

    String defaultEncoding() {
        return encoding;
    }

    /**
     * Changes how text without a character set is read, until the next start.
     *
     * @throws IsengardException PARAMETER_OUT_OF_RANGE for an unknown name
     */
    void setDefaultEncoding(String name) {
        if (!SpecificCharacterSet.encodingNames().contains(name)) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Unknown encoding: " + name);
        }
        options = ReadOptions.header()
                .withDictionary(dictionary)
                .withDefaultCharacterSet(SpecificCharacterSet.ofEncodingName(name));
        // Floating-point pixel data comes before (7fe0,0010) and is shown among the tags, as in Orthanc.
        tagOptions = ReadOptions.defaults()
                .withDictionary(dictionary)
                .withDefaultCharacterSet(options.defaultCharacterSet())
                .withStopAt(Tag.PixelData);
        encoding = name;
    }

    @Override
    public ReadOptions headerOptions() {
        return options;
    }

    @Override
    public Dictionary dictionary() {
        return dictionary;
    }

    @Override
    public DicomFile parse(byte[] file) throws IOException {
        return DicomReader.read(
                file,
                ReadOptions.defaults()
                        .withDictionary(dictionary)
                        .withDefaultCharacterSet(options.defaultCharacterSet()));
    }

    @Override
    public DicomFile header(String instance) throws IOException {
        Resource resource = resource(instance);
        Attachment attachment = dicom(resource);
        Header header;
        synchronized (cache) {
            header = cache.get(attachment.uuid());
        }
        if (header == null) {
            header = new Header(read(resource, attachment));
            remember(attachment.uuid(), header);
        }
        DicomFile file = DicomReader.read(header.bytes, tagOptions);
        showPixelData(file, resource);
        return file;
    }

    /** Where pixel data was cut off, an empty element tells that there is some. */
    private static void showPixelData(DicomFile file, Resource resource) {
        Attributes dataset = file.dataset();
        Map<String, MetadataValue> metadata = resource.metadata();
        boolean cutOff = metadata.containsKey(Metadata.PIXEL_DATA_OFFSET) || file.pixelDataVR() != null;
        if (!cutOff || dataset.contains(Tag.PixelData)) {
            return;
        }
        MetadataValue vr = metadata.get(Metadata.PIXEL_DATA_VR);
        MetadataValue syntax = metadata.get(Metadata.TRANSFER_SYNTAX);
        boolean bytes = vr == null
                ? syntax != null && TransferSyntax.of(syntax.value()).encapsulated()
                : "OB".equals(vr.value());
        dataset.setNull(Tag.PixelData, bytes ? VR.OB : VR.OW);
    }

    private Resource resource(String instance) {
        return index.get(ResourceLevel.INSTANCE, instance, PARTS)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
    }

    private static Attachment dicom(Resource resource) {
        return resource.attachments().stream()
                .filter(a -> Attachment.DICOM.equals(a.type()))
                .findFirst()
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The instance has no DICOM file"));
    }

    /** Reads the file up to pixel data, or the whole file where the place of pixel data is not known. */
    private byte[] read(Resource resource, Attachment attachment) throws IOException {
        MetadataValue offset = resource.metadata().get(Metadata.PIXEL_DATA_OFFSET);
        long end = attachment.size();
        if (offset != null && offset.value().matches("\\d{1,18}")) {
            end = Math.min(end, Long.parseLong(offset.value()));
        }
        if (end <= MAX_HEADER) {
            try (InputStream in = attachments.open(attachment, 0)) {
                byte[] bytes = in.readNBytes((int) end);
                if (bytes.length == end) {
                    return bytes;
                }
            }
            throw new IsengardException(ErrorCode.CORRUPTED_FILE, "The file is shorter than the index says");
        }
        // Without a known place of pixel data the parser finds out how far to read.
        try (InputStream in = attachments.open(attachment, 0)) {
            DicomFile file = DicomReader.read(in, options);
            if (file.pixelDataOffset() > 0 && file.pixelDataOffset() <= MAX_HEADER) {
                try (InputStream again = attachments.open(attachment, 0)) {
                    return again.readNBytes((int) file.pixelDataOffset());
                }
            }
        }
        throw new IsengardException(
                ErrorCode.NOT_ENOUGH_MEMORY, "The instance has more than 64 MB in front of its pixel data");
    }

    private void remember(String uuid, Header header) {
        if (header.bytes.length > Math.min(MAX_CACHED, budget)) {
            return;
        }
        synchronized (cache) {
            if (cache.put(uuid, header) == null) {
                cached += header.bytes.length;
            }
            var eldest = cache.entrySet().iterator();
            while (cached > budget && eldest.hasNext()) {
                cached -= eldest.next().getValue().bytes.length;
                eldest.remove();
            }
        }
    }

    @Override
    public DicomFile referenced(String instance) throws IOException {
        Attachment attachment = dicom(resource(instance));
        ReadOptions whole = ReadOptions.defaults()
                .withDictionary(dictionary)
                .withDefaultCharacterSet(options.defaultCharacterSet())
                .withPixelData(ReadOptions.PixelData.REFERENCE);
        try (InputStream in = attachments.open(attachment, 0)) {
            return DicomReader.read(in, whole, start -> attachments.open(attachment, start));
        }
    }

    @Override
    public DicomFile full(String instance) throws IOException {
        Attachment attachment = dicom(resource(instance));
        if (attachment.size() > MAX_WHOLE) {
            throw new IsengardException(ErrorCode.NOT_ENOUGH_MEMORY, "The file is larger than 1 GB");
        }
        try (InputStream in = attachments.open(attachment, 0)) {
            return parse(in.readNBytes((int) attachment.size()));
        }
    }
}
