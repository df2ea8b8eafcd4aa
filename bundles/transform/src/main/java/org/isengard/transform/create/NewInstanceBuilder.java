package org.isengard.transform.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.transform.CharacterSets;
import org.isengard.transform.TagValues;

/** One data set in the making: tags of a parent, tags of the client, content, and what is missing then. */
final class NewInstanceBuilder {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss.SSSSSS");
    private static final int[] DATES = {
        Tag.InstanceCreationDate, Tag.StudyDate, Tag.SeriesDate, Tag.AcquisitionDate, Tag.ContentDate
    };
    private static final int[] TIMES = {
        Tag.InstanceCreationTime, Tag.StudyTime, Tag.SeriesTime, Tag.AcquisitionTime, Tag.ContentTime
    };
    private static final Map<String, String> DOCUMENTS = Map.of(
            "application/pdf", UID.EncapsulatedPDFStorage,
            "model/stl", UID.EncapsulatedSTLStorage,
            "model/obj", UID.EncapsulatedOBJStorage,
            "model/mtl", UID.EncapsulatedMTLStorage);

    private final Attributes dataset = new Attributes();
    private final TagValues values;
    private final boolean force;
    private TransferSyntax syntax = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;

    NewInstanceBuilder(
            Dictionary dictionary,
            SpecificCharacterSet encoding,
            String privateCreator,
            boolean binary,
            boolean force) {
        values = new TagValues(dictionary, privateCreator, binary);
        this.force = force;
        if (!encoding.definedTerms().isEmpty()) {
            dataset.setCharacterSet(encoding.definedTerms().toArray(String[]::new));
        }
    }

    /** Whether a body is the older form of this route: tags and nothing else, without any of the options. */
    static boolean isPlain(JsonNode body) {
        return !body.isEmpty() && !body.has("Tags") && !body.has("Content") && !body.has("Parent");
    }

    /**
     * Makes a data set of texts alone, with an image in PixelData where there is one; only missing identifiers are added.
     *
     * @throws IsengardException CREATE_DICOM_NOT_STRING, UNKNOWN_DICOM_TAG, BAD_FILE_FORMAT
     */
    static NewInstanceBuilder ofPlainTags(Dictionary dictionary, JsonNode tags) {
        for (Map.Entry<String, JsonNode> field : tags.properties()) {
            if (!field.getValue().isTextual()) {
                throw new IsengardException(ErrorCode.CREATE_DICOM_NOT_STRING, field.getKey());
            }
        }
        NewInstanceBuilder builder = new NewInstanceBuilder(dictionary, SpecificCharacterSet.ASCII, "", false, true);
        ObjectNode texts = tags.deepCopy();
        for (String name : tags.properties().stream().map(Map.Entry::getKey).toList()) {
            if (Tags.parse(name, dictionary).orElse(0) == Tag.PixelData) {
                builder.content(DataUri.parse(texts.remove(name).asText()), false);
            }
        }
        builder.tags(texts);
        builder.identify();
        return builder;
    }

    Attributes dataset() {
        return dataset;
    }

    TransferSyntax syntax() {
        return syntax;
    }

    /** Takes over what a parent has; the client's own tags come on top. */
    void inherit(Attributes parent) {
        dataset.addAll(parent);
    }

    /** Sets the tags of the client, the character set first, since it tells how the others are encoded. */
    void tags(JsonNode tags) {
        if (!tags.isObject()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "\"Tags\" must be a JSON object");
        }
        Dictionary dictionary = values.dictionary();
        for (boolean characterSet : new boolean[] {true, false}) {
            for (Map.Entry<String, JsonNode> field : tags.properties()) {
                OptionalInt tag = Tags.parse(field.getKey(), dictionary);
                if (tag.isEmpty()) {
                    throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "Unknown DICOM tag: " + field.getKey());
                }
                if (tag.getAsInt() == Tag.SpecificCharacterSet != characterSet) {
                    continue;
                }
                if (characterSet) {
                    dataset.setCharacterSet(CharacterSets.terms(field.getValue()));
                } else {
                    check(tag.getAsInt());
                    values.set(dataset, tag.getAsInt(), field.getValue());
                }
            }
        }
    }

    private void check(int tag) {
        if (tag == Tag.PixelData) {
            throw new IsengardException(ErrorCode.CREATE_DICOM_USE_CONTENT);
        }
        boolean identifier = tag == Tag.StudyInstanceUID || tag == Tag.SeriesInstanceUID || tag == Tag.SOPInstanceUID;
        if (identifier && !force) {
            throw new IsengardException(
                    ErrorCode.CREATE_DICOM_PARENT_OVERRIDE, "UIDs are set with the option \"Force\" only");
        }
    }

    /** Puts an image or a document in. */
    void content(DataUri content, boolean encapsulate) {
        String type = content.mediaType();
        if ("image/png".equals(type) || "image/jpeg".equals(type)) {
            syntax = ImageContent.put(dataset, content, encapsulate);
        } else if (DOCUMENTS.containsKey(type)) {
            missing(Tag.SOPClassUID, VR.UI, DOCUMENTS.get(type));
            missing(Tag.Modality, VR.CS, "application/pdf".equals(type) ? "OT" : "M3D");
            missing(Tag.ConversionType, VR.CS, "WSD");
            dataset.setString(Tag.MIMETypeOfEncapsulatedDocument, VR.LO, type);
            dataset.setBytes(Tag.EncapsulatedDocument, VR.OB, content.bytes());
        } else {
            throw new IsengardException(ErrorCode.NOT_IMPLEMENTED, "Content of type " + type + " is not supported");
        }
    }

    /** Adds the dates and identifiers that nobody gave. */
    void complete(LocalDateTime now) {
        for (int date : DATES) {
            missing(date, VR.DA, DATE.format(now));
        }
        for (int time : TIMES) {
            missing(time, VR.TM, TIME.format(now));
        }
        identify();
    }

    private void identify() {
        missing(Tag.PatientID, VR.LO, UUID.randomUUID().toString());
        missing(Tag.StudyInstanceUID, VR.UI, UIDs.generate());
        missing(Tag.SeriesInstanceUID, VR.UI, UIDs.generate());
        missing(Tag.SOPInstanceUID, VR.UI, UIDs.generate());
    }

    private void missing(int tag, VR vr, String value) {
        if (!dataset.contains(tag)) {
            dataset.setString(tag, vr, value);
        }
    }
}
