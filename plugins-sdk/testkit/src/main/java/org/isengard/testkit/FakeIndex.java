package org.isengard.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Change;
import org.isengard.api.index.Exported;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.Page;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.api.index.StoreStatus;
import org.isengard.dicom.Attributes;

/**
 * The index in memory. It keeps every text of a data set as a tag of its level, where the real one keeps the main tags;
 * all else is as the interface says. Not for use by many threads at once.
 */
final class FakeIndex implements Index {
    private static final String DATE = "20240102T030405";

    private final FakeTree tree = new FakeTree();
    private final List<Change> changes = new ArrayList<>();
    private final List<Exported> exports = new ArrayList<>();
    private final List<Attachment> garbage = new ArrayList<>();
    private final Map<String, String> properties = new TreeMap<>();
    private final List<java.util.function.Consumer<Change>> listeners = new ArrayList<>();
    private long lastChange;
    private long lastExport;

    void listen(java.util.function.Consumer<Change> listener) {
        listeners.add(listener);
    }

    void change(String type, ResourceLevel level, String id) {
        Change change = new Change(++lastChange, type, level, id, DATE);
        changes.add(change);
        List.copyOf(listeners).forEach(listener -> listener.accept(change));
    }

    @Override
    public Stored store(NewInstance instance) {
        String id = instance.ids().instance();
        List<Attachment> obsolete = List.of();
        if (tree.contains(ResourceLevel.INSTANCE, id)) {
            if (!instance.overwrite()) {
                return new Stored(StoreStatus.ALREADY_STORED, List.of());
            }
            obsolete = attachments(ResourceLevel.INSTANCE, id);
            delete(ResourceLevel.INSTANCE, id);
        }
        for (FakeTree.Node made : tree.add(instance)) {
            change("New" + made.level.label(), made.level, made.id);
        }
        return new Stored(StoreStatus.SUCCESS, obsolete);
    }

    @Override
    public Optional<Deleted> delete(ResourceLevel level, String id) {
        if (!tree.contains(level, id)) {
            return Optional.empty();
        }
        List<FakeTree.Node> gone = tree.remove(level, id);
        for (FakeTree.Node node : gone) {
            garbage.addAll(node.attachments.values());
            change("Deleted", node.level, node.id);
        }
        return Optional.of(new Deleted(tree.nearest(gone.get(0))));
    }

    @Override
    public boolean exists(ResourceLevel level, String id) {
        return tree.contains(level, id);
    }

    @Override
    public Optional<Resource> get(ResourceLevel level, String id, Set<FindRequest.Part> with) {
        return tree.find(level, id).map(tree::resource);
    }

    @Override
    public Optional<String> ancestor(ResourceLevel level, String id, ResourceLevel ancestorLevel) {
        return tree.find(level, id)
                .flatMap(node -> tree.ancestor(node, ancestorLevel))
                .map(node -> node.id);
    }

    @Override
    public List<Resource> find(FindRequest request) {
        return tree.matching(request).stream().map(tree::resource).toList();
    }

    @Override
    public List<String> findIds(FindRequest request) {
        return tree.matching(request).stream().map(node -> node.id).toList();
    }

    @Override
    public long count(FindRequest request) {
        return tree.matching(request.page(0, 0)).size();
    }

    @Override
    public List<Ref> lookup(String value) {
        return tree.lookup(value);
    }

    @Override
    public Statistics statistics() {
        return tree.statistics(tree.all());
    }

    @Override
    public Optional<Statistics> statistics(ResourceLevel level, String id) {
        return tree.find(level, id).map(node -> tree.statistics(tree.below(node)));
    }

    private FakeTree.Node existing(ResourceLevel level, String id) {
        return tree.find(level, id).orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
    }

    @Override
    public Optional<MetadataValue> metadata(ResourceLevel level, String id, String name) {
        return tree.find(level, id).map(node -> node.metadata.get(name));
    }

    @Override
    public Map<String, MetadataValue> metadata(ResourceLevel level, String id) {
        return tree.find(level, id).map(node -> Map.copyOf(node.metadata)).orElse(Map.of());
    }

    @Override
    public Optional<Integer> metadataNumber(String name) {
        return Optional.of(1024);
    }

    @Override
    public long setMetadata(ResourceLevel level, String id, String name, String value, long expected, boolean check) {
        Map<String, MetadataValue> metadata = existing(level, id).metadata;
        MetadataValue before = metadata.get(name);
        if (check && before != null && before.revision() != expected) {
            throw new IsengardException(ErrorCode.REVISION);
        }
        long revision = before == null ? 0 : before.revision() + 1;
        metadata.put(name, new MetadataValue(value, revision));
        change("UpdatedMetadata", level, id);
        return revision;
    }

    @Override
    public boolean deleteMetadata(ResourceLevel level, String id, String name, long expected, boolean check) {
        return existing(level, id).metadata.remove(name) != null;
    }

    @Override
    public Optional<Attachment> attachment(ResourceLevel level, String id, String type) {
        return tree.find(level, id).map(node -> node.attachments.get(type));
    }

    @Override
    public List<Attachment> attachments(ResourceLevel level, String id) {
        return tree.find(level, id)
                .map(node -> List.copyOf(node.attachments.values()))
                .orElse(List.of());
    }

    @Override
    public Optional<Integer> attachmentNumber(String type) {
        return Optional.of(Attachment.DICOM.equals(type) ? 1 : 1024);
    }

    @Override
    public long setAttachment(ResourceLevel level, String id, Attachment attachment, long expected, boolean check) {
        Attachment before = existing(level, id).attachments.put(attachment.type(), attachment);
        if (before != null) {
            garbage.add(before);
        }
        change("UpdatedAttachment", level, id);
        return before == null ? 0 : before.revision() + 1;
    }

    @Override
    public boolean deleteAttachment(ResourceLevel level, String id, String type, long expected, boolean check) {
        Attachment before = existing(level, id).attachments.remove(type);
        if (before != null) {
            garbage.add(before);
        }
        return before != null;
    }

    @Override
    public Set<String> labels(ResourceLevel level, String id) {
        return tree.find(level, id).map(node -> Set.copyOf(node.labels)).orElse(Set.of());
    }

    @Override
    public void addLabel(ResourceLevel level, String id, String label) {
        existing(level, id).labels.add(label);
    }

    @Override
    public void removeLabel(ResourceLevel level, String id, String label) {
        existing(level, id).labels.remove(label);
    }

    @Override
    public Set<String> allLabels() {
        Set<String> labels = new TreeSet<>();
        tree.all().forEach(node -> labels.addAll(node.labels));
        return labels;
    }

    @Override
    public boolean isProtected(String patient) {
        return tree.find(ResourceLevel.PATIENT, patient)
                .map(node -> node.isProtected)
                .orElse(false);
    }

    @Override
    public void setProtected(String patient, boolean value) {
        existing(ResourceLevel.PATIENT, patient).isProtected = value;
    }

    @Override
    public Page<Change> changes(long since, long to, int limit, Set<String> types, boolean descending) {
        List<Change> found = new ArrayList<>(changes.stream()
                .filter(c -> c.seq() > since && (to <= 0 || c.seq() <= to))
                .filter(c -> types.isEmpty() || types.contains(c.type()))
                .toList());
        if (descending) {
            java.util.Collections.reverse(found);
        }
        List<Change> page = limit > 0 && found.size() > limit ? found.subList(0, limit) : found;
        return new Page<>(page, page.size() == found.size(), lastChange);
    }

    @Override
    public Optional<Change> lastChange() {
        return changes.isEmpty() ? Optional.empty() : Optional.of(changes.get(changes.size() - 1));
    }

    @Override
    public void clearChanges() {
        changes.clear();
    }

    @Override
    public Page<Exported> exports(long since, int limit) {
        List<Exported> found =
                exports.stream().filter(e -> e.seq() > since).limit(limit).toList();
        return new Page<>(found, found.isEmpty() || found.get(found.size() - 1).seq() == lastExport, lastExport);
    }

    @Override
    public Optional<Exported> lastExported() {
        return exports.isEmpty() ? Optional.empty() : Optional.of(exports.get(exports.size() - 1));
    }

    @Override
    public void logExported(ResourceLevel level, String id, String remoteModality) {
        exports.add(new Exported(++lastExport, level, id, remoteModality, DATE, "", "", "", ""));
    }

    @Override
    public void clearExports() {
        exports.clear();
    }

    @Override
    public void updateMainTags(String instance, Attributes dataset, Map<String, String> metadata) {
        tree.update(existing(ResourceLevel.INSTANCE, instance), dataset);
        metadata.forEach((name, value) -> setMetadata(ResourceLevel.INSTANCE, instance, name, value, -1, false));
    }

    @Override
    public void updateMainTags(List<Ref> resources, Attributes dataset) {
        for (Ref resource : resources) {
            tree.find(resource.level(), resource.id()).ifPresent(node -> FakeTree.take(node, dataset));
        }
    }

    @Override
    public Set<Integer> mainTags(ResourceLevel level) {
        Set<Integer> tags = new LinkedHashSet<>();
        tree.all().stream().filter(node -> node.level == level).forEach(node -> tags.addAll(node.tags.keySet()));
        return tags;
    }

    @Override
    public List<Attachment> garbage(int limit) {
        return List.copyOf(garbage.subList(0, Math.min(limit, garbage.size())));
    }

    @Override
    public void collected(List<String> uuids) {
        garbage.removeIf(attachment -> uuids.contains(attachment.uuid()));
    }

    private Map<String, Attachment> files() {
        Map<String, Attachment> files = new TreeMap<>();
        tree.all().forEach(node -> node.attachments.values().forEach(file -> files.put(file.uuid(), file)));
        return files;
    }

    @Override
    public Set<String> known(List<String> uuids) {
        Set<String> known = new LinkedHashSet<>(uuids);
        Map<String, Attachment> files = files();
        known.removeIf(uuid -> !files.containsKey(uuid)
                && garbage.stream().noneMatch(file -> file.uuid().equals(uuid)));
        return known;
    }

    @Override
    public List<Attachment> attachmentsAfter(String uuid, int limit) {
        return new LinkedHashMap<>(((TreeMap<String, Attachment>) files()).tailMap(uuid, false))
                .values().stream().limit(limit).toList();
    }

    @Override
    public Optional<String> globalProperty(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    @Override
    public void setGlobalProperty(String name, String value) {
        properties.put(name, value);
    }
}
