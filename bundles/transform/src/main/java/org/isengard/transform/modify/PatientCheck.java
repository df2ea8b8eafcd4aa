package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.ResourceIds;

/** Refuses that a study takes the PatientID of a patient that exists with other tags. */
final class PatientCheck {
    private final Index index;

    PatientCheck(Index index) {
        this.index = index;
    }

    /** @throws IsengardException BAD_REQUEST when the study would contradict the other studies of its new patient */
    void check(ModificationJob.Order order, Modification modification) {
        if (order.kind() != Modification.Kind.MODIFY
                || order.scope() != ModificationJob.Scope.ONE
                || order.level() != ResourceLevel.STUDY) {
            return;
        }
        Optional<JsonNode> replaced = replaced(modification, Tag.PatientID);
        Optional<Resource> study =
                index.get(ResourceLevel.STUDY, order.resources().get(0), EnumSet.of(Part.TAGS, Part.PARENT_TAGS));
        if (replaced.isEmpty() || study.isEmpty()) {
            return;
        }
        Optional<Resource> patient = index.get(
                ResourceLevel.PATIENT,
                ResourceIds.hash(replaced.get().asText().strip()),
                EnumSet.of(Part.TAGS, Part.CHILDREN));
        if (patient.isEmpty()
                || patient.get().children().stream()
                        .allMatch(child -> child.equals(study.get().id()))) {
            return;
        }
        Map<Integer, String> before = study.get().tags().get(ResourceLevel.PATIENT);
        patient.get().tags().get(ResourceLevel.PATIENT).forEach((tag, value) -> {
            String after = modification.removes(tag)
                    ? ""
                    : replaced(modification, tag).map(JsonNode::asText).orElse(before.getOrDefault(tag, ""));
            if (!after.strip().equals(value.strip())) {
                throw new IsengardException(
                        ErrorCode.BAD_REQUEST,
                        "The patient exists and has other studies: " + Tags.toString(tag)
                                + " must be the same as theirs. Modify the patient to change it.");
            }
        });
    }

    private static Optional<JsonNode> replaced(Modification modification, int tag) {
        return modification.replace().entrySet().stream()
                .filter(entry -> entry.getKey().is(tag))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
