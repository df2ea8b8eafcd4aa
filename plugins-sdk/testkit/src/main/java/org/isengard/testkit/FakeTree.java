package org.isengard.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.orthanc.ResourceIds;

/** Patients, studies, series and instances in memory, in order of arrival. */
final class FakeTree {
    private static final int LONGEST = 1 << 10;

    /** The tags below which a tag belongs to the level; all that is in no other list belongs to the instance. */
    private static final Map<ResourceLevel, Set<Integer>> LEVELS = Map.of(
            ResourceLevel.PATIENT, Set.of(Tag.PatientID, Tag.PatientName, Tag.PatientBirthDate, Tag.PatientSex),
            ResourceLevel.STUDY,
                    Set.of(
                            Tag.StudyInstanceUID,
                            Tag.StudyDate,
                            Tag.StudyTime,
                            Tag.StudyID,
                            Tag.StudyDescription,
                            Tag.AccessionNumber,
                            Tag.ReferringPhysicianName,
                            Tag.InstitutionName),
            ResourceLevel.SERIES,
                    Set.of(
                            Tag.SeriesInstanceUID,
                            Tag.SeriesNumber,
                            Tag.SeriesDescription,
                            Tag.Modality,
                            Tag.Manufacturer,
                            Tag.BodyPartExamined));

    private static final Set<Integer> IDENTIFYING =
            Set.of(Tag.PatientID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID, Tag.AccessionNumber);

    /** One resource. */
    static final class Node {
        final ResourceLevel level;
        final String id;
        final String parent;
        final Map<Integer, String> tags = new TreeMap<>();
        final Map<String, MetadataValue> metadata = new TreeMap<>();
        final Map<String, Attachment> attachments = new LinkedHashMap<>();
        final Set<String> labels = new TreeSet<>();
        boolean isProtected;

        Node(ResourceLevel level, String id, String parent) {
            this.level = level;
            this.id = id;
            this.parent = parent;
        }
    }

    private final Map<ResourceLevel, Map<String, Node>> nodes = new EnumMap<>(ResourceLevel.class);

    FakeTree() {
        for (ResourceLevel level : ResourceLevel.values()) {
            nodes.put(level, new LinkedHashMap<>());
        }
    }

    boolean contains(ResourceLevel level, String id) {
        return nodes.get(level).containsKey(id);
    }

    Optional<Node> find(ResourceLevel level, String id) {
        return Optional.ofNullable(nodes.get(level).get(id));
    }

    List<Node> all() {
        List<Node> all = new ArrayList<>();
        nodes.values().forEach(level -> all.addAll(level.values()));
        return all;
    }

    /** {@return the resources that were made, the highest first} */
    List<Node> add(NewInstance instance) {
        ResourceIds ids = instance.ids();
        String[] path = {ids.patient(), ids.study(), ids.series(), ids.instance()};
        List<Node> made = new ArrayList<>();
        for (ResourceLevel level : ResourceLevel.values()) {
            String id = path[level.ordinal()];
            if (!contains(level, id)) {
                Node node = new Node(level, id, level == ResourceLevel.PATIENT ? "" : path[level.ordinal() - 1]);
                take(node, instance.dataset());
                nodes.get(level).put(id, node);
                made.add(node);
            }
            Map<String, String> metadata = level == ResourceLevel.INSTANCE
                    ? instance.metadata()
                    : instance.parentMetadata().getOrDefault(level, Map.of());
            Node node = nodes.get(level).get(id);
            metadata.forEach((name, value) -> node.metadata.put(name, new MetadataValue(value, 0)));
        }
        Node node = nodes.get(ResourceLevel.INSTANCE).get(ids.instance());
        instance.attachments().forEach(file -> node.attachments.put(file.type(), file));
        return made;
    }

    static void take(Node node, Attributes dataset) {
        for (int tag : dataset.tags()) {
            String value = dataset.getString(tag);
            if (value != null && value.length() <= LONGEST && levelOf(tag) == node.level) {
                node.tags.put(tag, value);
            }
        }
    }

    private static ResourceLevel levelOf(int tag) {
        return LEVELS.entrySet().stream()
                .filter(entry -> entry.getValue().contains(tag))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(ResourceLevel.INSTANCE);
    }

    void update(Node instance, Attributes dataset) {
        for (ResourceLevel level : ResourceLevel.values()) {
            ancestor(instance, level).ifPresent(node -> take(node, dataset));
        }
    }

    Optional<Node> ancestor(Node node, ResourceLevel level) {
        Node at = node;
        while (at != null && at.level != level) {
            at = at.level == ResourceLevel.PATIENT
                    ? null
                    : nodes.get(at.level.parent().orElseThrow()).get(at.parent);
        }
        return Optional.ofNullable(at);
    }

    private List<Node> children(Node node) {
        return node.level.child().stream()
                .flatMap(level -> nodes.get(level).values().stream())
                .filter(child -> child.parent.equals(node.id))
                .toList();
    }

    /** {@return a resource and all below it, the highest first} */
    List<Node> below(Node node) {
        List<Node> all = new ArrayList<>(List.of(node));
        for (Node child : children(node)) {
            all.addAll(below(child));
        }
        return all;
    }

    /** Removes a resource, what is below it, and ancestors that become empty. */
    List<Node> remove(ResourceLevel level, String id) {
        Node top = nodes.get(level).get(id);
        Optional<Node> parent = level.parent().flatMap(up -> ancestor(top, up));
        List<Node> gone = new ArrayList<>(below(top));
        gone.forEach(node -> nodes.get(node.level).remove(node.id));
        if (parent.isPresent() && children(parent.get()).isEmpty()) {
            gone.addAll(0, remove(parent.get().level, parent.get().id));
        }
        return gone;
    }

    Optional<Index.Ref> nearest(Node gone) {
        return gone.level
                .parent()
                .flatMap(level -> find(level, gone.parent))
                .map(node -> new Index.Ref(node.level, node.id));
    }

    Resource resource(Node node) {
        Map<ResourceLevel, Map<Integer, String>> tags = new EnumMap<>(ResourceLevel.class);
        for (ResourceLevel level : ResourceLevel.values()) {
            ancestor(node, level).ifPresent(up -> tags.put(level, up.tags));
        }
        return new Resource(
                node.level,
                node.id,
                node.parent,
                tags,
                children(node).stream().map(child -> child.id).toList(),
                node.metadata,
                List.copyOf(node.attachments.values()),
                node.labels,
                false,
                node.isProtected);
    }

    List<Index.Ref> lookup(String value) {
        return all().stream()
                .filter(node -> node.tags.entrySet().stream()
                        .anyMatch(tag -> IDENTIFYING.contains(tag.getKey())
                                && tag.getValue().equals(value)))
                .map(node -> new Index.Ref(node.level, node.id))
                .toList();
    }

    Statistics statistics(List<Node> among) {
        Map<ResourceLevel, Long> counts = new HashMap<>();
        long stored = 0;
        long size = 0;
        for (Node node : among) {
            counts.merge(node.level, 1L, Long::sum);
            for (Attachment file : node.attachments.values()) {
                stored += file.storedSize();
                size += file.size();
            }
        }
        return new Statistics(
                counts.getOrDefault(ResourceLevel.PATIENT, 0L),
                counts.getOrDefault(ResourceLevel.STUDY, 0L),
                counts.getOrDefault(ResourceLevel.SERIES, 0L),
                counts.getOrDefault(ResourceLevel.INSTANCE, 0L),
                stored,
                size,
                stored,
                size);
    }

    List<Node> matching(FindRequest request) {
        List<Node> found = new ArrayList<>(nodes.get(request.level()).values().stream()
                .filter(node -> matches(node, request))
                .toList());
        for (int i = request.orderBy().size() - 1; i >= 0; i--) {
            FindRequest.Order order = request.orderBy().get(i);
            Comparator<Node> by = Comparator.comparing(node -> value(node, order));
            found.sort(order.ascending() ? by : by.reversed());
        }
        int from = (int) Math.min(found.size(), request.since());
        int to = request.limit() == 0 ? found.size() : (int) Math.min(found.size(), from + request.limit());
        return found.subList(from, to);
    }

    private String value(Node node, FindRequest.Order order) {
        if (order.metadata() != null && !order.metadata().isEmpty()) {
            MetadataValue value = node.metadata.get(order.metadata());
            return value == null ? "" : value.value();
        }
        return tag(node, order.tag());
    }

    private String tag(Node node, int tag) {
        return ancestor(node, levelOf(tag))
                .map(up -> up.tags.getOrDefault(tag, ""))
                .orElse("");
    }

    private boolean matches(Node node, FindRequest request) {
        FindRequest.Within within = request.within();
        if (within != null
                && ancestor(node, within.level())
                        .filter(up -> up.id.equals(within.id()))
                        .isEmpty()) {
            return false;
        }
        boolean labels = request.labels().isEmpty()
                || switch (request.labelsConstraint()) {
                    case ALL -> node.labels.containsAll(request.labels());
                    case ANY -> request.labels().stream().anyMatch(node.labels::contains);
                    case NONE -> request.labels().stream().noneMatch(node.labels::contains);
                };
        boolean metadata = request.metadata().entrySet().stream()
                .allMatch(wanted -> node.metadata.containsKey(wanted.getKey())
                        && wildcard(
                                wanted.getValue(),
                                node.metadata.get(wanted.getKey()).value(),
                                true));
        return labels
                && metadata
                && request.constraints().stream()
                        .allMatch(constraint -> holds(constraint, tag(node, constraint.tag())));
    }

    private static boolean holds(FindRequest.Constraint constraint, String value) {
        if (value.isEmpty() && !constraint.mandatory()) {
            return true;
        }
        List<String> values = constraint.values();
        return switch (constraint.match()) {
            case EQUAL, LIST ->
                values.stream().anyMatch(v -> constraint.caseSensitive() ? v.equals(value) : v.equalsIgnoreCase(value));
            case WILDCARD -> wildcard(values.get(0), value, constraint.caseSensitive());
            case RANGE ->
                (values.get(0).isEmpty() || value.compareTo(values.get(0)) >= 0)
                        && (values.get(1).isEmpty() || value.compareTo(values.get(1)) <= 0);
        };
    }

    private static boolean wildcard(String pattern, String value, boolean caseSensitive) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote("" + c));
        }
        return caseSensitive
                ? value.matches(regex.toString())
                : value.toLowerCase(Locale.ROOT).matches(regex.toString().toLowerCase(Locale.ROOT));
    }
}
