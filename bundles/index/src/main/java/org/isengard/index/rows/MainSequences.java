package org.isengard.index.rows;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.runtime.Json;

/** Main DICOM tags that are sequences, kept in Orthanc's full JSON form (metadata MainDicomSequences). */
public final class MainSequences {
    private MainSequences() {}

    /** {@return the sequences among some tags of a data set as one JSON object; empty when there is none} */
    public static Optional<String> read(Attributes dataset, Set<Integer> tags) {
        boolean any = false;
        for (int tag : tags) {
            any |= dataset.get(tag) instanceof Sequence;
        }
        if (!any) {
            return Optional.empty();
        }
        try {
            return Optional.of(write(
                    dataset,
                    JsonOptions.defaults()
                            .withTopLevel(tag -> tags.contains(tag) && dataset.get(tag) instanceof Sequence)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String write(Attributes dataset, JsonOptions options) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
            DicomJson.write(json, dataset, DicomJson.Format.FULL, options);
        }
        return text.toString();
    }

    /** {@return those sequences of a kept object whose tags are wanted} */
    public static String only(String kept, Set<Integer> tags) throws IOException {
        ObjectNode chosen = Json.MAPPER.createObjectNode();
        JsonNode all = Json.MAPPER.readTree(kept);
        for (Map.Entry<String, JsonNode> sequence : all.properties()) {
            Tags.parse(sequence.getKey(), Dictionary.standard()).ifPresent(tag -> {
                if (tags.contains(tag)) {
                    chosen.set(sequence.getKey(), sequence.getValue());
                }
            });
        }
        return chosen.toString();
    }
}
