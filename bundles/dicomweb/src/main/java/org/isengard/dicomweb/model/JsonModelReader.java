package org.isengard.dicomweb.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.VR;

/** Reads data sets in the DICOM JSON model (PS3.18 annex F); the text of what is read is in UTF-8. */
public final class JsonModelReader {
    private static final int DEEPEST = 64;

    private final BulkDataSource bulkData;

    /** @param bulkData gives the values that are named by an address */
    public JsonModelReader(BulkDataSource bulkData) {
        this.bulkData = bulkData;
    }

    /** @throws IsengardException BAD_FILE_FORMAT when it is no data set, telling which attribute is wrong */
    public Attributes read(JsonNode json) {
        Attributes dataset = dataset(json, 0);
        ModelElements.declareUtf8(dataset);
        return dataset;
    }

    private Attributes dataset(JsonNode json, int depth) {
        if (!json.isObject() || depth > DEEPEST) {
            throw bad("A data set is a JSON object, nested at most " + DEEPEST + " times");
        }
        Attributes dataset = new Attributes();
        dataset.setDefaultCharacterSet(SpecificCharacterSet.UTF_8);
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String name = field.getKey();
            if (!name.matches("[0-9A-Fa-f]{8}")) {
                throw bad("\"" + name + "\" is no tag");
            }
            int tag = Integer.parseUnsignedInt(name, 16);
            JsonNode element = field.getValue();
            VR vr = VR.of(element.path("vr").asText());
            if (vr == null) {
                throw bad("Attribute " + name + " has no known \"vr\"");
            }
            try {
                element(dataset, tag, vr, element, depth);
            } catch (IllegalArgumentException e) {
                throw bad("Attribute " + name + " has a value that is no " + vr + ": " + e.getMessage());
            }
        }
        return dataset;
    }

    private void element(Attributes dataset, int tag, VR vr, JsonNode element, int depth) {
        JsonNode values = element.path("Value");
        if (vr == VR.SQ) {
            Sequence sequence = dataset.newSequence(tag);
            for (JsonNode item : values) {
                sequence.add(dataset(item, depth + 1));
            }
        } else if (element.has("BulkDataURI")) {
            bulkData.put(dataset, tag, vr, element.get("BulkDataURI").asText());
        } else if (element.has("InlineBinary")) {
            byte[] bytes = ModelElements.base64(element.get("InlineBinary").asText());
            dataset.setBytes(tag, vr, ModelElements.even(bytes, vr));
        } else if (values.isEmpty()) {
            dataset.setNull(tag, vr);
        } else if (vr.isBinary()) {
            throw bad(String.format("Attribute %08X of VR %s has a \"Value\"", tag, vr));
        } else {
            List<String> texts = new ArrayList<>();
            for (JsonNode value : values) {
                texts.add(text(vr, value));
            }
            dataset.setString(tag, vr, texts.toArray(String[]::new));
        }
    }

    private static String text(VR vr, JsonNode value) {
        if (value.isNull()) {
            if (vr.isNumber()) {
                throw new IllegalArgumentException("null");
            }
            return "";
        }
        if (vr == VR.PN && value.isObject()) {
            return new PersonNameGroups(
                            value.path(PersonNameGroups.NAMES[0]).asText(),
                            value.path(PersonNameGroups.NAMES[1]).asText(),
                            value.path(PersonNameGroups.NAMES[2]).asText())
                    .text();
        }
        if (value.isContainerNode()) {
            throw new IllegalArgumentException("an object or array");
        }
        return vr == VR.FL || vr == VR.FD ? ModelElements.special(value.asText()) : value.asText();
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, why);
    }
}
