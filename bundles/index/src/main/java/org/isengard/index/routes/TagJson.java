package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.DicomJson.Format;
import org.isengard.runtime.Json;

/** Single tags of the index in Orthanc's three JSON forms. */
public final class TagJson {
    private final JsonGenerator json;
    private final Format format;
    private final Dictionary dictionary;

    public TagJson(JsonGenerator json, Format format, Dictionary dictionary) {
        this.json = json;
        this.format = format;
        this.dictionary = dictionary;
    }

    public void all(Map<Integer, String> tags) throws IOException {
        for (Map.Entry<Integer, String> tag : tags.entrySet()) {
            value(tag.getKey(), tag.getValue());
        }
    }

    /** @param value null is written as such */
    public void value(int tag, String value) throws IOException {
        if (format == Format.FULL) {
            json.writeObjectFieldStart(Tags.toString(tag));
            json.writeStringField("Name", name(tag));
            json.writeStringField("Type", value == null ? "Null" : "String");
            json.writeStringField("Value", value);
            json.writeEndObject();
        } else {
            json.writeStringField(format == Format.SHORT ? Tags.toString(tag) : name(tag), value);
        }
    }

    /** Writes sequences that are kept in the full form as one JSON object. */
    public void sequences(String kept) throws IOException {
        JsonNode sequences = Json.MAPPER.readTree(kept);
        for (Map.Entry<String, JsonNode> sequence : sequences.properties()) {
            element(sequence.getKey(), sequence.getValue());
        }
    }

    private void element(String tag, JsonNode element) throws IOException {
        if (format == Format.FULL) {
            json.writeFieldName(tag);
            Json.MAPPER.writeTree(json, element);
            return;
        }
        json.writeFieldName(format == Format.SHORT ? tag : element.path("Name").asText());
        JsonNode value = element.path("Value");
        if (!value.isArray()) {
            Json.MAPPER.writeTree(json, value);
            return;
        }
        json.writeStartArray();
        for (JsonNode item : value) {
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> child : item.properties()) {
                element(child.getKey(), child.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private String name(int tag) {
        String name = dictionary.nameOf(tag, null);
        return name == null ? Tags.toString(tag) : name;
    }
}
