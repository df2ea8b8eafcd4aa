package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.transform.Transcoding;

/**
 * The changes that a client asks for, checked.
 *
 * @param level the highest level that becomes another resource; all below do too
 * @param profile of an anonymization, null for a plain modification
 * @param removePrivate private attributes go, but those to keep
 * @param method De-identification Method, "" for a plain modification
 */
record Modification(
        ResourceLevel level,
        List<TagPath> remove,
        Map<TagPath, JsonNode> replace,
        List<TagPath> keep,
        DeidentificationProfile profile,
        boolean removePrivate,
        boolean keepSource,
        boolean keepLabels,
        String privateCreator,
        String method,
        Optional<Transcoding.Target> transcode) {
    /** The request of a client. */
    enum Kind {
        MODIFY,
        ANONYMIZE
    }

    private static final String PRODUCT = "Orthanc 1.13.0";
    private static final List<Integer> IDENTIFIERS =
            List.of(Tag.PatientID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID);

    /**
     * Reads the body of a request.
     *
     * @param requested the level of the resources that are modified
     * @throws IsengardException BAD_REQUEST, BAD_FILE_FORMAT, UNKNOWN_DICOM_TAG, PARAMETER_OUT_OF_RANGE
     */
    static Modification of(JsonNode body, Kind kind, ResourceLevel requested, Dictionary dictionary) {
        boolean anonymize = kind == Kind.ANONYMIZE;
        if (!body.isObject()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A JSON object is expected");
        }
        boolean force = flag(body, "Force", false);
        List<TagPath> remove = paths(body, "Remove", dictionary);
        List<TagPath> keep = paths(body, "Keep", dictionary);
        Map<TagPath, JsonNode> replace = new LinkedHashMap<>();
        JsonNode fields = body.get("Replace");
        if (fields != null) {
            if (!fields.isObject()) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "\"Replace\" must be a JSON object");
            }
            fields.properties()
                    .forEach(field -> replace.put(TagPath.parse(field.getKey(), dictionary), field.getValue()));
        }
        checkIdentifiers(remove, replace, keep, force);
        // A tag to keep stays, whatever shall replace it.
        boolean plain = remove.isEmpty() && keep.isEmpty() && replace.isEmpty();
        keep.forEach(replace::remove);
        boolean keepPrivate =
                anonymize ? flag(body, "KeepPrivateTags", false) : !flag(body, "RemovePrivateTags", false);
        JsonNode creator = body.get("PrivateCreator");
        if (creator != null && !creator.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"PrivateCreator\" must be a string");
        }
        DeidentificationProfile profile = anonymize ? profile(body) : null;
        return new Modification(
                anonymize ? ResourceLevel.PATIENT : level(requested, replace),
                remove,
                replace,
                keep,
                profile,
                !keepPrivate,
                flag(body, "KeepSource", true),
                flag(body, "KeepLabels", false),
                creator == null ? "" : creator.asText(),
                !anonymize ? "" : plain && !keepPrivate ? PRODUCT + " - " + profile.method() : PRODUCT,
                Transcoding.Target.of(body));
    }

    private static DeidentificationProfile profile(JsonNode body) {
        JsonNode edition = body.get("DicomVersion");
        if (edition != null && !edition.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"DicomVersion\" must be a string");
        }
        return DeidentificationProfile.of(edition == null ? DeidentificationProfile.LATEST : edition.asText());
    }

    static boolean flag(JsonNode body, String name, boolean otherwise) {
        JsonNode value = body.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"" + name + "\" must be a Boolean");
        }
        return value.booleanValue();
    }

    private static List<TagPath> paths(JsonNode body, String name, Dictionary dictionary) {
        List<TagPath> paths = new ArrayList<>();
        JsonNode list = body.get(name);
        if (list != null) {
            if (!list.isArray()) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "\"" + name + "\" must be a list of tags");
            }
            for (JsonNode tag : list) {
                if (!tag.isTextual()) {
                    throw new IsengardException(ErrorCode.BAD_REQUEST, "\"" + name + "\" must be a list of strings");
                }
                paths.add(TagPath.parse(tag.asText(), dictionary));
            }
        }
        return paths;
    }

    private static void checkIdentifiers(
            List<TagPath> remove, Map<TagPath, JsonNode> replace, List<TagPath> keep, boolean force) {
        for (int tag : IDENTIFIERS) {
            if (remove.stream().anyMatch(path -> path.is(tag))) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, Tags.toString(tag) + " cannot be removed");
            }
            boolean touched = replace.keySet().stream().anyMatch(path -> path.is(tag))
                    || keep.stream().anyMatch(path -> path.is(tag));
            if (touched && !force) {
                throw new IsengardException(
                        ErrorCode.BAD_REQUEST,
                        "To replace or keep " + Tags.toString(tag) + ", the option \"Force\" must be true");
            }
        }
    }

    /** Another identifier of a level makes another resource of that level. */
    private static ResourceLevel level(ResourceLevel requested, Map<TagPath, JsonNode> replace) {
        for (ResourceLevel level : ResourceLevel.values()) {
            int tag = IDENTIFIERS.get(level.ordinal());
            if (level == requested || replace.keySet().stream().anyMatch(path -> path.is(tag))) {
                return level;
            }
        }
        return ResourceLevel.INSTANCE;
    }

    boolean keeps(int tag) {
        return keep.stream().anyMatch(path -> path.is(tag));
    }

    boolean replaces(int tag) {
        return replace.keySet().stream().anyMatch(path -> path.is(tag));
    }

    /** {@return the text that replaces a tag of the data set itself, or null} */
    String replacement(int tag) {
        return replace.entrySet().stream()
                .filter(entry -> entry.getKey().is(tag) && entry.getValue().isTextual())
                .map(entry -> entry.getValue().asText())
                .findFirst()
                .orElse(null);
    }

    boolean removes(int tag) {
        return remove.stream().anyMatch(path -> path.is(tag));
    }

    /**
     * {@return whether the result would be the same study under the same patient, which Orthanc refuses for whole studies
     * and patients; series and instances may take their own places}
     */
    boolean isSameStudy() {
        boolean samePatient = profile == null ? !replaces(Tag.PatientID) : keeps(Tag.PatientID);
        return level.isAbove(ResourceLevel.SERIES)
                && samePatient
                && keeps(Tag.StudyInstanceUID)
                && keeps(Tag.SeriesInstanceUID)
                && keeps(Tag.SOPInstanceUID);
    }
}
