package org.isengard.index;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Change;
import org.isengard.api.index.Exported;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.Page;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.isengard.dicom.Attributes;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * The index as the user of the calling thread sees it: what is not visible to him ({@link Identity}) is not there. All features
 * read the index through this class, so that no route, job or protocol needs a check of its own. Searches have the condition
 * in their SQL (see {@code FindSql}).
 *
 * <p>Threading: any thread may call anything.
 */
@Component(
        service = {Index.class, VisibleIndex.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class VisibleIndex implements Index {
    @interface Config {
        boolean ReadOnly();
    }

    private final SqlIndex all;
    private final boolean readOnly;

    @Activate
    public VisibleIndex(@Reference SqlIndex all, Config config) {
        this(all, config.ReadOnly());
    }

    VisibleIndex(SqlIndex all) {
        this(all, false);
    }

    private VisibleIndex(SqlIndex all, boolean readOnly) {
        this.all = all;
        this.readOnly = readOnly;
    }

    /** @throws IsengardException FORBIDDEN with the option ReadOnly */
    private void requireWritable() {
        if (readOnly) {
            throw new IsengardException(ErrorCode.FORBIDDEN, "The server is read-only: see \"ReadOnly\"");
        }
    }

    private static Visibility visibility() {
        return Identity.current().visibility();
    }

    private boolean isVisible(ResourceLevel level, String id) {
        Visibility visibility = visibility();
        if (visibility.everything()) {
            return true;
        }
        if (level == ResourceLevel.PATIENT) {
            FindRequest one = FindRequest.all(ResourceLevel.STUDY, Set.of()).within(ResourceLevel.PATIENT, id);
            return !all.findIds(one.page(0, 1)).isEmpty();
        }
        Optional<String> study =
                level == ResourceLevel.STUDY ? Optional.of(id) : all.ancestor(level, id, ResourceLevel.STUDY);
        return study.flatMap(one -> all.get(ResourceLevel.STUDY, one, Set.of(Part.LABELS)))
                .filter(one -> visibility.admits(one.id(), one.labels()))
                .isPresent();
    }

    private void require(ResourceLevel level, String id) {
        if (!isVisible(level, id)) {
            throw new IsengardException(
                    ErrorCode.UNKNOWN_RESOURCE, "No such " + level.label().toLowerCase(Locale.ROOT) + ": " + id);
        }
    }

    /** A user may put on or take off the labels alone that decide what he sees: others are for others. */
    private void requireLabel(String label) {
        Visibility visibility = visibility();
        if (!visibility.everything() && !visibility.labels().contains(label)) {
            throw new IsengardException(ErrorCode.FORBIDDEN, "The user has no right to the label " + label);
        }
    }

    /** What concerns the server as a whole is not for users who see only a part of it. */
    private static void requireEverything() {
        if (!visibility().everything()) {
            throw new IsengardException(ErrorCode.FORBIDDEN, "Only a user who sees all studies may do this");
        }
    }

    /** Patients are seen with those studies alone that are visible. */
    private Resource cut(Resource resource) {
        Visibility visibility = visibility();
        if (visibility.everything()
                || resource.level() != ResourceLevel.PATIENT
                || resource.children().isEmpty()) {
            return resource;
        }
        Set<String> visible = new HashSet<>(all.findIds(
                FindRequest.all(ResourceLevel.STUDY, Set.of()).within(ResourceLevel.PATIENT, resource.id())));
        return new Resource(
                resource.level(),
                resource.id(),
                resource.parent(),
                resource.tags(),
                resource.children().stream().filter(visible::contains).toList(),
                resource.metadata(),
                resource.attachments(),
                resource.labels(),
                resource.stable(),
                resource.isProtected());
    }

    /** An instance that the user does not see is never replaced by one of his. */
    @Override
    public Stored store(NewInstance instance) {
        requireWritable();
        boolean keeps = instance.overwrite()
                && !visibility().everything()
                && all.exists(ResourceLevel.INSTANCE, instance.ids().instance())
                && !isVisible(ResourceLevel.INSTANCE, instance.ids().instance());
        return all.store(
                keeps
                        ? new NewInstance(
                                instance.ids(),
                                instance.dataset(),
                                instance.metadata(),
                                instance.parentMetadata(),
                                instance.attachments(),
                                false)
                        : instance);
    }

    /** @throws IsengardException FORBIDDEN for a patient with studies that the user does not see */
    @Override
    public Optional<Deleted> delete(ResourceLevel level, String id) {
        requireWritable();
        if (!isVisible(level, id)) {
            return Optional.empty();
        }
        requireWhole(level, id);
        return all.delete(level, id);
    }

    private void requireWhole(ResourceLevel level, String id) {
        if (level == ResourceLevel.PATIENT && !visibility().everything()) {
            Optional<Resource> patient = all.get(level, id, Set.of(Part.CHILDREN));
            if (patient.isPresent()
                    && cut(patient.get()).children().size()
                            < patient.get().children().size()) {
                throw new IsengardException(
                        ErrorCode.FORBIDDEN, "The patient has studies that the user does not see: " + id);
            }
        }
    }

    @Override
    public boolean exists(ResourceLevel level, String id) {
        return all.exists(level, id) && isVisible(level, id);
    }

    @Override
    public Optional<Resource> get(ResourceLevel level, String id, Set<Part> with) {
        return isVisible(level, id) ? all.get(level, id, with).map(this::cut) : Optional.empty();
    }

    /** {@return those of the resources that are there, in the order of their identifiers in the list} */
    public List<Resource> getAll(ResourceLevel level, List<String> ids, Set<Part> with) {
        if (visibility().everything()) {
            return all.getAll(level, ids, with);
        }
        List<String> visible = ids.stream().filter(id -> isVisible(level, id)).toList();
        return all.getAll(level, visible, with).stream().map(this::cut).toList();
    }

    @Override
    public Optional<String> ancestor(ResourceLevel level, String id, ResourceLevel ancestorLevel) {
        return isVisible(level, id) ? all.ancestor(level, id, ancestorLevel) : Optional.empty();
    }

    @Override
    public List<Resource> find(FindRequest request) {
        List<Resource> found = all.find(request);
        return visibility().everything() ? found : found.stream().map(this::cut).toList();
    }

    @Override
    public List<String> findIds(FindRequest request) {
        return all.findIds(request);
    }

    @Override
    public long count(FindRequest request) {
        return all.count(request);
    }

    @Override
    public List<Ref> lookup(String value) {
        return all.lookup(value);
    }

    @Override
    public Statistics statistics() {
        return visibility().everything()
                ? all.statistics()
                : sum(all.findIds(FindRequest.all(ResourceLevel.STUDY, Set.of())), count(ResourceLevel.PATIENT));
    }

    private long count(ResourceLevel level) {
        return all.count(FindRequest.all(level, Set.of()));
    }

    /** Adds up studies, without what belongs to their patients alone. */
    private Statistics sum(List<String> studies, long patients) {
        long[] sums = new long[6];
        long count = 0;
        for (String study : studies) {
            Optional<Statistics> one = all.statistics(ResourceLevel.STUDY, study);
            if (one.isPresent()) {
                count++;
                sums[0] += one.get().series();
                sums[1] += one.get().instances();
                sums[2] += one.get().diskSize();
                sums[3] += one.get().uncompressedSize();
                sums[4] += one.get().dicomDiskSize();
                sums[5] += one.get().dicomUncompressedSize();
            }
        }
        return new Statistics(patients, count, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]);
    }

    @Override
    public Optional<Statistics> statistics(ResourceLevel level, String id) {
        if (!isVisible(level, id)) {
            return Optional.empty();
        }
        if (level == ResourceLevel.PATIENT && !visibility().everything()) {
            return Optional.of(sum(
                    all.findIds(FindRequest.all(ResourceLevel.STUDY, Set.of()).within(ResourceLevel.PATIENT, id)), 1));
        }
        return all.statistics(level, id);
    }

    @Override
    public Optional<MetadataValue> metadata(ResourceLevel level, String id, String name) {
        return isVisible(level, id) ? all.metadata(level, id, name) : Optional.empty();
    }

    @Override
    public Map<String, MetadataValue> metadata(ResourceLevel level, String id) {
        return isVisible(level, id) ? all.metadata(level, id) : Map.of();
    }

    @Override
    public Optional<Integer> metadataNumber(String name) {
        return all.metadataNumber(name);
    }

    /** {@return the name of a metadata, its number as text when it has none} */
    public String metadataName(int number) {
        return all.metadataName(number);
    }

    @Override
    public long setMetadata(ResourceLevel level, String id, String name, String value, long expected, boolean check) {
        requireWritable();
        require(level, id);
        return all.setMetadata(level, id, name, value, expected, check);
    }

    @Override
    public boolean deleteMetadata(ResourceLevel level, String id, String name, long expected, boolean check) {
        requireWritable();
        require(level, id);
        return all.deleteMetadata(level, id, name, expected, check);
    }

    @Override
    public Optional<Attachment> attachment(ResourceLevel level, String id, String type) {
        return isVisible(level, id) ? all.attachment(level, id, type) : Optional.empty();
    }

    @Override
    public List<Attachment> attachments(ResourceLevel level, String id) {
        return isVisible(level, id) ? all.attachments(level, id) : List.of();
    }

    @Override
    public Optional<Integer> attachmentNumber(String type) {
        return all.attachmentNumber(type);
    }

    @Override
    public long setAttachment(ResourceLevel level, String id, Attachment attachment, long expected, boolean check) {
        requireWritable();
        require(level, id);
        return all.setAttachment(level, id, attachment, expected, check);
    }

    @Override
    public boolean deleteAttachment(ResourceLevel level, String id, String type, long expected, boolean check) {
        requireWritable();
        require(level, id);
        return all.deleteAttachment(level, id, type, expected, check);
    }

    @Override
    public Set<String> labels(ResourceLevel level, String id) {
        return isVisible(level, id) ? all.labels(level, id) : Set.of();
    }

    @Override
    public void addLabel(ResourceLevel level, String id, String label) {
        requireWritable();
        require(level, id);
        requireLabel(label);
        all.addLabel(level, id, label);
    }

    @Override
    public void removeLabel(ResourceLevel level, String id, String label) {
        requireWritable();
        require(level, id);
        requireLabel(label);
        all.removeLabel(level, id, label);
    }

    @Override
    public Set<String> allLabels() {
        Set<String> labels = all.allLabels();
        Visibility visibility = visibility();
        if (visibility.everything()) {
            return labels;
        }
        Set<String> visible = new TreeSet<>(labels);
        visible.retainAll(visibility.labels());
        return visible;
    }

    @Override
    public boolean isProtected(String patient) {
        require(ResourceLevel.PATIENT, patient);
        return all.isProtected(patient);
    }

    @Override
    public void setProtected(String patient, boolean value) {
        requireWritable();
        require(ResourceLevel.PATIENT, patient);
        requireWhole(ResourceLevel.PATIENT, patient);
        all.setProtected(patient, value);
    }

    @Override
    public Page<Change> changes(long since, long to, int limit, Set<String> types, boolean descending) {
        if (visibility().everything()) {
            return all.changes(since, to, limit, types, descending);
        }
        return VisibleChanges.page(
                all, change -> isVisible(change.level(), change.id()), since, to, limit, types, descending);
    }

    @Override
    public Optional<Change> lastChange() {
        Optional<Change> last = all.lastChange();
        return visibility().everything() ? last : last.filter(change -> isVisible(change.level(), change.id()));
    }

    @Override
    public void clearChanges() {
        requireWritable();
        requireEverything();
        all.clearChanges();
    }

    @Override
    public Page<Exported> exports(long since, int limit) {
        Page<Exported> page = all.exports(since, limit);
        return visibility().everything()
                ? page
                : new Page<>(
                        page.items().stream()
                                .filter(line -> isVisible(line.level(), line.id()))
                                .toList(),
                        page.done(),
                        page.last());
    }

    @Override
    public Optional<Exported> lastExported() {
        Optional<Exported> last = all.lastExported();
        return visibility().everything() ? last : last.filter(line -> isVisible(line.level(), line.id()));
    }

    @Override
    public void logExported(ResourceLevel level, String id, String remoteModality) {
        if (readOnly) {
            // What is sent is sent, only nobody notes it.
            return;
        }
        all.logExported(level, id, remoteModality);
    }

    @Override
    public void clearExports() {
        requireWritable();
        requireEverything();
        all.clearExports();
    }

    @Override
    public void updateMainTags(String instance, Attributes dataset, Map<String, String> metadata) {
        requireWritable();
        require(ResourceLevel.INSTANCE, instance);
        all.updateMainTags(instance, dataset, metadata);
    }

    @Override
    public void updateMainTags(List<Ref> resources, Attributes dataset) {
        requireWritable();
        resources.forEach(resource -> require(resource.level(), resource.id()));
        all.updateMainTags(resources, dataset);
    }

    @Override
    public Set<Integer> mainTags(ResourceLevel level) {
        return all.mainTags(level);
    }

    @Override
    public List<Attachment> garbage(int limit) {
        return all.garbage(limit);
    }

    @Override
    public void collected(List<String> uuids) {
        all.collected(uuids);
    }

    @Override
    public Set<String> known(List<String> uuids) {
        return all.known(uuids);
    }

    @Override
    public List<Attachment> attachmentsAfter(String uuid, int limit) {
        requireEverything();
        return all.attachmentsAfter(uuid, limit);
    }

    @Override
    public Optional<String> globalProperty(String name) {
        return all.globalProperty(name);
    }

    @Override
    public void setGlobalProperty(String name, String value) {
        all.setGlobalProperty(name, value);
    }
}
