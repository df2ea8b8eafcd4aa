package org.isengard.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalInt;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;

/**
 * Puts values given as JSON into data sets: text, binary data as data URI, sequences as arrays of objects.
 *
 * @param privateCreator of private tags that have none in the data set; "" for none
 * @param binary whether data URIs stand for their bytes
 */
public record TagValues(Dictionary dictionary, String privateCreator, boolean binary) {
    private static final String BASE64 = ";base64,";

    /**
     * Sets an element; null empties it.
     *
     * @throws IsengardException BAD_PARAMETER_TYPE, UNKNOWN_DICOM_TAG, BAD_FILE_FORMAT
     */
    public void set(Attributes dataset, int tag, JsonNode value) {
        VR vr = vr(dataset, tag, value);
        if (value.isArray()) {
            if (vr != VR.SQ) {
                throw new IsengardException(
                        ErrorCode.BAD_PARAMETER_TYPE, "The tag " + Tags.toString(tag) + " is not a sequence");
            }
            Sequence sequence = dataset.newSequence(tag);
            for (JsonNode item : value) {
                if (!item.isObject()) {
                    throw new IsengardException(ErrorCode.BAD_PARAMETER_TYPE, "Items of sequences are JSON objects");
                }
                setAll(sequence.newItem(), item);
            }
        } else if (value.isNull()) {
            // JavaScript clients empty a tag so.
            dataset.setNull(tag, vr);
        } else if (value.isValueNode()) {
            if (vr == VR.SQ && !value.asText().isEmpty()) {
                throw new IsengardException(
                        ErrorCode.BAD_FILE_FORMAT, "The tag " + Tags.toString(tag) + " is a sequence");
            }
            setText(dataset, tag, vr, value.asText());
        } else {
            throw new IsengardException(
                    ErrorCode.BAD_PARAMETER_TYPE, "The value of " + Tags.toString(tag) + " must be a string");
        }
    }

    /** Sets all fields of an object, whose names are tags. */
    public void setAll(Attributes dataset, JsonNode fields) {
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            OptionalInt tag = Tags.parse(field.getKey(), dictionary);
            set(
                    dataset,
                    tag.orElseThrow(() ->
                            new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "Unknown DICOM tag: " + field.getKey())),
                    field.getValue());
        }
    }

    private VR vr(Attributes dataset, int tag, JsonNode value) {
        Element existing = dataset.get(tag);
        if (existing != null && existing.vr() != VR.UN) {
            return existing.vr();
        }
        String creator = null;
        if (Tags.isPrivate(tag) && Tags.element(tag) > 0xff) {
            creator = dataset.privateCreatorOf(tag);
            // It tells the VR only; who wants the creator in the data set gives its tag too, as in Orthanc.
            if (creator == null && !privateCreator.isEmpty()) {
                creator = privateCreator;
            }
        } else if (Tags.isPrivateCreator(tag)) {
            return VR.LO;
        }
        VR vr = dictionary.vrOf(tag, creator);
        return vr == VR.UN && value.isArray() ? VR.SQ : vr;
    }

    private void setText(Attributes dataset, int tag, VR vr, String text) {
        int data = binary && text.startsWith("data:") ? text.indexOf(BASE64) : -1;
        try {
            if (data >= 0) {
                dataset.setBytes(tag, vr, Base64.getDecoder().decode(text.substring(data + BASE64.length())));
            } else if (text.isEmpty()) {
                dataset.setNull(tag, vr);
            } else if (vr.isText() || vr.isNumber() || vr.isString()) {
                allowCharacters(dataset, text);
                dataset.setString(tag, vr, vr.isNumber() ? text.split("\\\\") : new String[] {text});
            } else {
                dataset.setBytes(tag, vr, dataset.characterSet().encode(text, VR.UT));
            }
        } catch (IllegalArgumentException e) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "Bad value for " + Tags.toString(tag) + " (" + vr + ")", e);
        }
    }

    /** Characters outside the data set's set would be lost: then the whole data set becomes UTF-8. */
    private static void allowCharacters(Attributes dataset, String text) {
        if (!dataset.characterSet().canEncode(text)) {
            Attributes root = dataset;
            while (root.parent() != null) {
                root = root.parent();
            }
            root.setCharacterSet("ISO_IR 192");
        }
    }
}
