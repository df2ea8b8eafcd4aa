package org.isengard.dicom.orthanc;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.TreeMap;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.BulkData;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.Value;

/** Data sets in Orthanc's three JSON forms. */
public final class DicomJson {
    /** The shape of the JSON object. */
    public enum Format {
        /** {@code "0010,0010": {"Name": "PatientName", "Type": "String", "Value": "A^B"}}. */
        FULL,
        /** {@code "PatientName": "A^B"}; of elements with the same name the last one. */
        SIMPLIFIED,
        /** {@code "0010,0010": "A^B"}. */
        SHORT
    }

    private static final String UNKNOWN = "Unknown Tag & Data";

    private final JsonGenerator json;
    private final Format format;
    private final JsonOptions options;

    private DicomJson(JsonGenerator json, Format format, JsonOptions options) {
        this.json = json;
        this.format = format;
        this.options = options;
    }

    /** Writes one JSON object. */
    public static void write(JsonGenerator json, Attributes dataset, Format format, JsonOptions options)
            throws IOException {
        new DicomJson(json, format, options).dataset(dataset, true);
    }

    /** The name Orthanc shows for an element of a data set. */
    public static String name(Attributes dataset, int tag, Dictionary dictionary) {
        String name = dictionary.nameOf(tag, dataset.privateCreatorOf(tag));
        return name == null ? UNKNOWN : name;
    }

    private void dataset(Attributes dataset, boolean top) throws IOException {
        json.writeStartObject();
        if (format == Format.SIMPLIFIED) {
            var named = new TreeMap<String, Element>();
            for (Element element : dataset) {
                if (appears(element, top)) {
                    named.put(name(dataset, element.tag(), options.dictionary()), element);
                }
            }
            for (var entry : named.entrySet()) {
                json.writeFieldName(entry.getKey());
                bare(dataset, entry.getValue());
            }
        } else {
            for (Element element : dataset) {
                if (appears(element, top)) {
                    json.writeFieldName(Tags.toString(element.tag()));
                    if (format == Format.FULL) {
                        described(dataset, element);
                    } else {
                        bare(dataset, element);
                    }
                }
            }
        }
        json.writeEndObject();
    }

    private boolean appears(Element element, boolean top) {
        // The reference never shows the version of the file meta information.
        return !top
                || element.tag() != Tag.FileMetaInformationVersion
                        && options.topLevel().test(element.tag());
    }

    private void bare(Attributes dataset, Element element) throws IOException {
        if (element instanceof Sequence sequence) {
            items(sequence);
            return;
        }
        String text = text(dataset, element);
        json.writeString(text == null || isTooLong(element, text) ? null : text);
    }

    private void described(Attributes dataset, Element element) throws IOException {
        json.writeStartObject();
        json.writeStringField("Name", name(dataset, element.tag(), options.dictionary()));
        if (element instanceof Sequence sequence) {
            json.writeStringField("Type", "Sequence");
            json.writeFieldName("Value");
            items(sequence);
        } else {
            String creator = dataset.privateCreatorOf(element.tag());
            if (creator != null) {
                json.writeStringField("PrivateCreator", creator);
            }
            String text = text(dataset, element);
            boolean tooLong = text != null && isTooLong(element, text);
            json.writeStringField("Type", text == null ? "Null" : tooLong ? "TooLong" : "String");
            json.writeStringField("Value", tooLong ? null : text);
        }
        json.writeEndObject();
    }

    private void items(Sequence sequence) throws IOException {
        json.writeStartArray();
        for (Attributes item : sequence) {
            dataset(item, false);
        }
        json.writeEndArray();
    }

    private String text(Attributes dataset, Element element) throws IOException {
        int limit = isBounded(element) ? options.maxStringLength() : Integer.MAX_VALUE;
        String text = OrthancText.of(dataset, element, limit);
        if (text != null || options.binary() == JsonOptions.Binary.NULL) {
            return text;
        }
        byte[] bytes = element instanceof Value value
                ? value.bytes(dataset.characterSet())
                : element instanceof BulkData bulk && bulk.length() <= Integer.MAX_VALUE - 16
                        ? bulk.read(0, (int) bulk.length())
                        : null;
        return bytes == null
                ? null
                : "data:application/octet-stream;base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private boolean isBounded(Element element) {
        return options.maxStringLength() > 0 && !options.ignoreLength().contains(element.tag());
    }

    private boolean isTooLong(Element element, String text) {
        int limit = options.maxStringLength();
        return isBounded(element)
                && text.length() * 3L > limit
                && (text.length() > limit || text.getBytes(StandardCharsets.UTF_8).length > limit);
    }
}
