package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.dicom.orthanc.Modules;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.transform.InstanceFiles;
import org.isengard.transform.NewFile;
import org.isengard.transform.TagValues;

/** Moves series or instances into another study: a new one (split), or one that is there (merge). */
final class SplitMergeJob extends InstancesJob {
    static final String SPLIT = "SplitStudy";
    static final String MERGE = "MergeStudy";

    private final String type;
    private final JsonNode body;
    private final String target;
    private final Attributes study;
    private final Modification changes;
    private volatile String targetStudy;

    /**
     * A new job.
     *
     * @param target instance of the study to merge into; "" for a split
     */
    SplitMergeJob(
            Modifications modifications,
            String type,
            List<String> instances,
            String target,
            JsonNode body,
            boolean permissive,
            Caller caller)
            throws IOException {
        super(modifications, instances, permissive, Modification.flag(body, "KeepSource", false), caller);
        this.type = type;
        this.body = body;
        this.target = target;
        study = SPLIT.equals(type) ? new Attributes() : studyOf(modifications, target);
        if (SPLIT.equals(type)) {
            study.setString(Tag.StudyInstanceUID, VR.UI, UIDs.generate());
        }
        changes = changes();
        targetStudy = SPLIT.equals(type) ? null : modifications.idsOf(target).study();
    }

    SplitMergeJob(Modifications modifications, String type, JsonNode state) throws IOException {
        super(modifications, state);
        this.type = type;
        body = state.required("body");
        target = state.path("target").asText();
        study = DicomReader.readDataset(
                state.required("study").binaryValue(), TransferSyntax.EXPLICIT_LITTLE_ENDIAN, ReadOptions.defaults());
        changes = changes();
        targetStudy =
                state.path("targetStudy").isTextual() ? state.get("targetStudy").asText() : null;
    }

    private static Attributes studyOf(Modifications modifications, String instance) throws IOException {
        Attributes whole = modifications.instances.read(instance).file().dataset();
        Attributes study = new Attributes();
        for (int tag : whole.tags()) {
            if (tag == Tag.SpecificCharacterSet || tag == Tag.StudyInstanceUID || Modules.OF_STUDY.contains(tag)) {
                study.put(whole.get(tag));
            }
        }
        return study.copy();
    }

    /** Only a split changes tags by the client's wish, and only those of patient and study. */
    private Modification changes() {
        if (MERGE.equals(type)) {
            return null;
        }
        if (body.has("Replace") && !body.get("Replace").isObject()
                || body.has("Remove") && !body.get("Remove").isArray()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Bad \"Replace\" or \"Remove\"");
        }
        ObjectNode forced = ((ObjectNode) body).deepCopy().put("Force", true);
        Modification wanted = Modification.of(
                forced, Modification.Kind.MODIFY, org.isengard.api.ResourceLevel.STUDY, modifications.dictionary);
        for (TagPath path : wanted.replace().keySet()) {
            check(path);
        }
        wanted.remove().forEach(SplitMergeJob::check);
        return wanted;
    }

    private static void check(TagPath path) {
        int top = path.isTop() ? path.tag() : path.steps().get(0).sequence();
        if (!Modules.OF_STUDY.contains(top)) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "Only tags of patient and study can be changed by a split");
        }
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    protected ResourceIds process(String instance) throws IOException {
        ResourceIds from = modifications.idsOf(instance);
        InstanceFiles.Whole whole = modifications.instances.read(instance);
        DicomFile file = whole.file();
        Attributes dataset = file.dataset();
        if (MERGE.equals(type)) {
            Modules.OF_STUDY.forEach(dataset::remove);
        }
        dataset.addAll(study);
        dataset.setString(Tag.SeriesInstanceUID, VR.UI, identities.uid(dataset.getString(Tag.SeriesInstanceUID, "")));
        dataset.setString(Tag.SOPInstanceUID, VR.UI, identities.uid(dataset.getString(Tag.SOPInstanceUID, "")));
        if (changes != null) {
            TagValues values = new TagValues(modifications.dictionary, "", true);
            changes.remove().forEach(path -> path.visit(dataset, owner -> owner.remove(path.tag())));
            changes.replace()
                    .forEach((path, value) -> path.visit(dataset, owner -> values.set(owner, path.tag(), value)));
        }
        try (NewFile changed = InstanceFiles.write(dataset, file.transferSyntax(), whole.size())) {
            return modifications
                    .store(
                            changed,
                            from,
                            dataset,
                            "",
                            Modifications.Labels.of(body.path("KeepLabels").asBoolean(false)),
                            caller)
                    .ids();
        }
    }

    @Override
    protected void done(ResourceIds made) {
        targetStudy = made.study();
    }

    @Override
    protected void addState(ObjectNode state) {
        state.set("body", body);
        state.put("target", target).put("targetStudy", targetStudy);
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try {
            DicomWriter.writeDataset(bytes, study, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        state.put("study", bytes.toByteArray());
    }

    @Override
    protected void addContent(ObjectNode content) {
        Optional.ofNullable(targetStudy).ifPresent(id -> content.put("TargetStudy", id));
        if (SPLIT.equals(type)) {
            content.put("TargetStudyUID", study.getString(Tag.StudyInstanceUID));
        }
    }
}
