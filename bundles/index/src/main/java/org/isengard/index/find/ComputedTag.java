package org.isengard.index.find;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;

/** Tags of query responses that no file has: they are computed from the tree (PS3.4 section C.3.4). */
public enum ComputedTag {
    NUMBER_OF_PATIENT_RELATED_STUDIES(0x00201200, ResourceLevel.PATIENT, ResourceLevel.STUDY),
    NUMBER_OF_PATIENT_RELATED_SERIES(0x00201202, ResourceLevel.PATIENT, ResourceLevel.SERIES),
    NUMBER_OF_PATIENT_RELATED_INSTANCES(0x00201204, ResourceLevel.PATIENT, ResourceLevel.INSTANCE),
    NUMBER_OF_STUDY_RELATED_SERIES(0x00201206, ResourceLevel.STUDY, ResourceLevel.SERIES),
    NUMBER_OF_STUDY_RELATED_INSTANCES(0x00201208, ResourceLevel.STUDY, ResourceLevel.INSTANCE),
    NUMBER_OF_SERIES_RELATED_INSTANCES(0x00201209, ResourceLevel.SERIES, ResourceLevel.INSTANCE),
    MODALITIES_IN_STUDY(FindSql.MODALITIES_IN_STUDY, ResourceLevel.STUDY, null),
    SOP_CLASSES_IN_STUDY(0x00080062, ResourceLevel.STUDY, null),
    INSTANCE_AVAILABILITY(0x00080056, ResourceLevel.INSTANCE, null);

    private static final int MODALITY = 0x00080060;

    private final int tag;
    private final ResourceLevel level;
    private final ResourceLevel counted;

    ComputedTag(int tag, ResourceLevel level, ResourceLevel counted) {
        this.tag = tag;
        this.level = level;
        this.counted = counted;
    }

    public static Optional<ComputedTag> of(int tag) {
        for (ComputedTag computed : values()) {
            if (computed.tag == tag) {
                return Optional.of(computed);
            }
        }
        return Optional.empty();
    }

    int tag() {
        return tag;
    }

    /** {@return the level whose resources have it} */
    public ResourceLevel level() {
        return level;
    }

    /** {@return whether it is a number of related resources} */
    public boolean isCount() {
        return counted != null;
    }

    /** {@return the value for a resource of its level} */
    public String value(Index index, String id) {
        if (counted != null) {
            return Long.toString(index.count(FindRequest.all(counted, Set.of()).within(level, id)));
        }
        return switch (this) {
            case MODALITIES_IN_STUDY ->
                join(index
                        .find(FindRequest.all(ResourceLevel.SERIES, Set.of(Part.TAGS))
                                .within(level, id))
                        .stream()
                        .map(series -> series.tags().get(ResourceLevel.SERIES).getOrDefault(MODALITY, ""))
                        .toList());
            case SOP_CLASSES_IN_STUDY ->
                join(
                        index
                                .find(FindRequest.all(ResourceLevel.INSTANCE, Set.of(Part.METADATA))
                                        .within(level, id))
                                .stream()
                                .map(ComputedTag::sopClass)
                                .toList());
            default -> "ONLINE";
        };
    }

    private static String sopClass(Resource instance) {
        MetadataValue value = instance.metadata().get(Metadata.SOP_CLASS_UID);
        return value == null ? "" : value.value();
    }

    private static String join(Collection<String> values) {
        return values.stream().filter(value -> !value.isEmpty()).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining("\\"));
    }
}
