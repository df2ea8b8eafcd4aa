package org.isengard.networking.match;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;

/** Reads attributes from JSON that names them by tag or keyword, as queries and worklist items of the REST API do. */
public final class NamedAttributes {
    private static final int DEEPEST = 16;

    private final Dictionary dictionary;

    private NamedAttributes(Dictionary dictionary) {
        this.dictionary = dictionary;
    }

    /**
     * Reads attributes.
     *
     * @param json an object of texts, numbers as text, or arrays of objects for sequences
     * @param characterSet of the text where the attributes name none
     * @throws IsengardException BAD_FILE_FORMAT when a field is none of these, or names no tag
     */
    public static Attributes read(JsonNode json, Dictionary dictionary, SpecificCharacterSet characterSet) {
        var attributes = new Attributes();
        attributes.setDefaultCharacterSet(characterSet);
        new NamedAttributes(dictionary).fill(attributes, json, 0);
        return attributes;
    }

    private void fill(Attributes query, JsonNode json, int depth) {
        if (depth > DEEPEST || !json.isObject()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Not an item of a sequence: " + json);
        }
        json.properties().forEach(field -> {
            int tag = Tags.parse(field.getKey(), dictionary)
                    .orElseThrow(
                            () -> new IsengardException(ErrorCode.BAD_FILE_FORMAT, "No such tag: " + field.getKey()));
            VR known = dictionary.vrOf(tag, null);
            // Queries are sent without VRs: text is all that is needed of a private tag nobody knows.
            VR vr = known == VR.UN ? VR.LO : known;
            JsonNode value = field.getValue();
            if (vr == VR.SQ && value.isArray()) {
                Sequence items = query.newSequence(tag);
                value.forEach(item -> fill(items.newItem(), item, depth + 1));
            } else if (vr == VR.SQ && value.asText("x").isEmpty()) {
                query.newSequence(tag);
            } else if (value.isTextual() && (vr.isString() || vr.isText())) {
                query.setString(tag, vr, value.textValue().split("\\\\", -1));
            } else if (value.isTextual() && value.textValue().isEmpty()) {
                query.setNull(tag, vr);
            } else if (value.isTextual() && vr.isNumber()) {
                number(query, tag, vr, value.textValue());
            } else {
                throw new IsengardException(
                        ErrorCode.BAD_FILE_FORMAT, "Text of a tag that has text is expected: " + field);
            }
        });
    }

    private static void number(Attributes query, int tag, VR vr, String text) {
        String[] values = text.split("\\\\", -1);
        try {
            if (vr.isInteger()) {
                query.setLong(
                        tag,
                        vr,
                        Arrays.stream(values)
                                .map(String::strip)
                                .mapToLong(Long::parseLong)
                                .toArray());
            } else {
                query.setDouble(
                        tag,
                        vr,
                        Arrays.stream(values).mapToDouble(Double::parseDouble).toArray());
            }
        } catch (NumberFormatException e) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "Not a number in " + Tags.toString(tag) + ": " + text, e);
        }
    }
}
