package org.isengard.dicomweb.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.rest.Request;
import org.isengard.dicom.Tag;

/** Finds studies, series and instances by their UIDs. */
public final class StoredStudies {
    private static final Comparator<Resource> SERIES_ORDER = Comparator.<Resource>comparingLong(
                    r -> number(r, ResourceLevel.SERIES, Tag.SeriesNumber))
            .thenComparing(r -> uid(r, ResourceLevel.SERIES, Tag.SeriesInstanceUID))
            .thenComparing(Resource::id);
    private static final Comparator<Resource> INSTANCE_ORDER = Comparator.<Resource>comparingLong(
                    r -> number(r, ResourceLevel.INSTANCE, Tag.InstanceNumber))
            .thenComparing(Resource::id);

    private final Index index;

    public StoredStudies(Index index) {
        this.index = index;
    }

    /**
     * {@return the instances that the variables {@code study}, {@code series} and {@code instance} of a path name, as many
     * of them as the route has}
     *
     * @throws IsengardException INEXISTENT_ITEM when there are none
     */
    public List<InstanceRef> instances(Request request, ResourceLevel level) {
        return instances(
                request.path("study"),
                level.isAbove(ResourceLevel.SERIES) ? null : request.path("series"),
                level.isAbove(ResourceLevel.INSTANCE) ? null : request.path("instance"));
    }

    /** {@return the one instance that a path names} */
    public InstanceRef instance(Request request) {
        return instances(request, ResourceLevel.INSTANCE).get(0);
    }

    /**
     * {@return the instances of a study, a series or one instance, in the order of series and instance numbers}
     *
     * @param study null for any
     * @param series null for all
     * @param instance null for all
     * @throws IsengardException INEXISTENT_ITEM when there are none
     */
    public List<InstanceRef> instances(String study, String series, String instance) {
        List<InstanceRef> found = new ArrayList<>();
        if (instance != null) {
            FindRequest one = with(
                    ResourceLevel.INSTANCE,
                    FindRequest.Part.TAGS,
                    FindRequest.Part.PARENT_TAGS,
                    FindRequest.Part.ATTACHMENTS);
            for (Resource resource : index.find(constrained(one, study, series, instance))) {
                found.add(ref(
                        resource,
                        uid(resource, ResourceLevel.STUDY, Tag.StudyInstanceUID),
                        uid(resource, ResourceLevel.SERIES, Tag.SeriesInstanceUID)));
            }
        } else {
            List<Resource> all = new ArrayList<>(index.find(constrained(
                    with(ResourceLevel.SERIES, FindRequest.Part.TAGS, FindRequest.Part.PARENT_TAGS),
                    study,
                    series,
                    null)));
            all.sort(SERIES_ORDER);
            all.forEach(one -> add(one, found));
        }
        if (found.isEmpty()) {
            throw new IsengardException(
                    ErrorCode.INEXISTENT_ITEM,
                    instance != null
                            ? "No such instance: " + instance
                            : series != null ? "No such series: " + series : "No such study: " + study);
        }
        return found;
    }

    /** {@return the instances of a series by its Orthanc identifier; empty when there is none} */
    public List<InstanceRef> ofSeries(String id) {
        List<InstanceRef> found = new ArrayList<>();
        index.get(ResourceLevel.SERIES, id, Set.of(FindRequest.Part.TAGS, FindRequest.Part.PARENT_TAGS))
                .ifPresent(series -> add(series, found));
        return found;
    }

    /** Adds the instances of a series; the UIDs of the levels above are read once. */
    private void add(Resource series, List<InstanceRef> found) {
        String studyUid = uid(series, ResourceLevel.STUDY, Tag.StudyInstanceUID);
        String seriesUid = uid(series, ResourceLevel.SERIES, Tag.SeriesInstanceUID);
        List<Resource> instances = new ArrayList<>(
                index.find(with(ResourceLevel.INSTANCE, FindRequest.Part.TAGS, FindRequest.Part.ATTACHMENTS)
                        .within(ResourceLevel.SERIES, series.id())));
        instances.sort(INSTANCE_ORDER);
        instances.forEach(instance -> found.add(ref(instance, studyUid, seriesUid)));
    }

    private static InstanceRef ref(Resource instance, String study, String series) {
        return new InstanceRef(
                instance.id(),
                file(instance),
                study,
                series,
                uid(instance, ResourceLevel.INSTANCE, Tag.SOPInstanceUID));
    }

    private static FindRequest with(ResourceLevel level, FindRequest.Part... parts) {
        return FindRequest.all(level, Set.of(parts));
    }

    private static FindRequest constrained(FindRequest all, String study, String series, String instance) {
        return new FindRequest(
                all.level(),
                all.within(),
                constraints(study, series, instance),
                all.labels(),
                all.labelsConstraint(),
                all.metadata(),
                all.orderBy(),
                0,
                0,
                all.with());
    }

    private static String file(Resource resource) {
        return resource.attachments().stream()
                .filter(attachment -> attachment.type().equals(Attachment.DICOM))
                .map(Attachment::uuid)
                .findFirst()
                .orElse("");
    }

    private static List<FindRequest.Constraint> constraints(String study, String series, String instance) {
        List<FindRequest.Constraint> constraints = new ArrayList<>();
        add(constraints, Tag.StudyInstanceUID, study);
        add(constraints, Tag.SeriesInstanceUID, series);
        add(constraints, Tag.SOPInstanceUID, instance);
        return constraints;
    }

    private static void add(List<FindRequest.Constraint> constraints, int tag, String uid) {
        if (uid != null) {
            constraints.add(new FindRequest.Constraint(tag, FindRequest.Match.EQUAL, List.of(uid), true, true));
        }
    }

    private static long number(Resource resource, ResourceLevel level, int tag) {
        String text = uid(resource, level, tag);
        return text.matches("[+-]?\\d{1,12}") ? Long.parseLong(text) : Long.MAX_VALUE;
    }

    private static String uid(Resource resource, ResourceLevel level, int tag) {
        return resource.tags()
                .getOrDefault(level, Map.of())
                .getOrDefault(tag, "")
                .strip();
    }
}
