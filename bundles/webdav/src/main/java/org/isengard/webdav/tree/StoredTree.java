package org.isengard.webdav.tree;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.isengard.dicom.Tag;
import org.isengard.webdav.tree.Node.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of the index as folders, in the views that Orthanc's WebDAV has: by patients, by studies, by dates, by UIDs. The
 * index shows each user what he may see.
 *
 * <p>Threading: any thread.
 */
public final class StoredTree {
    private static final Logger LOG = LoggerFactory.getLogger(StoredTree.class);
    private static final int PAGE = 1_000;
    private static final int MOST_REMEMBERED = 20_000;
    private static final int DEEPEST = 8;
    private static final Set<Part> PARTS = Set.of(Part.TAGS, Part.PARENT_TAGS, Part.METADATA, Part.ATTACHMENTS);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");
    private static final String DICOM = ".dcm";

    /** A name in a folder, as a user sees it. */
    private record Place(Visibility visibility, Kind kind, String folder, boolean uids, String key) {}

    private final Index index;
    private final int most;

    /** Names that were listed: a client that copies a folder asks for each of its files. */
    private final Map<Place, String> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, String> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param most entries of one folder; a larger folder is cut, and the log tells it */
    public StoredTree(Index index, int most) {
        this.index = index;
        this.most = most;
    }

    public Node root() {
        return Node.folder(Kind.ROOT, "", "webdav");
    }

    /** {@return what a path names, from the root on} */
    public Optional<Node> find(List<String> path) {
        if (path.size() > DEEPEST) {
            return Optional.empty();
        }
        Optional<Node> at = Optional.of(root());
        for (String segment : path) {
            at = at.filter(Node::isFolder).flatMap(folder -> child(folder, segment));
        }
        return at;
    }

    /**
     * Lists a folder, page by page.
     *
     * @param each takes one entry after the other, and returns false to end
     */
    public void children(Node folder, Predicate<Node> each) {
        switch (folder.kind()) {
            case ROOT -> {
                for (Kind view : List.of(Kind.BY_DATES, Kind.BY_PATIENTS, Kind.BY_STUDIES, Kind.BY_UIDS)) {
                    if (!each.test(view(view))) {
                        return;
                    }
                }
            }
            case BY_PATIENTS -> resources(folder, Kind.PATIENT, List.of(), each);
            case BY_STUDIES, BY_UIDS, PATIENT -> resources(folder, Kind.STUDY, List.of(), each);
            case BY_DATES -> years(each);
            case YEAR -> months(folder.id(), each);
            case MONTH -> resources(folder, Kind.STUDY, List.of(within(folder.id())), each);
            case STUDY -> {
                if (!folder.uids() || each.test(json(Kind.STUDY_JSON, folder))) {
                    resources(folder, Kind.SERIES, List.of(), each);
                }
            }
            case SERIES -> {
                if (!folder.uids() || each.test(json(Kind.SERIES_JSON, folder))) {
                    resources(folder, Kind.INSTANCE, List.of(), each);
                }
            }
            default -> throw new IllegalArgumentException("No folder: " + folder.kind());
        }
    }

    private static Node view(Kind view) {
        return Node.folder(
                view, "", view.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    }

    private static Node json(Kind kind, Node of) {
        String name = kind == Kind.STUDY_JSON ? "study.json" : "series.json";
        return new Node(kind, of.id(), name, true, of.modified(), null);
    }

    /** One request for each year that there is: the index finds the first study on or after a day. */
    private void years(Predicate<Node> each) {
        String from = "00010101";
        while (true) {
            FindRequest first = request(
                    Kind.STUDY,
                    List.of(new Constraint(Tag.StudyDate, Match.RANGE, List.of(from, "99991231"), true, true)),
                    List.of(new FindRequest.Order(Tag.StudyDate, null, true)));
            List<Resource> found = index.find(first.page(0, 1));
            String year = found.isEmpty() ? "" : leading(tag(found.get(0), ResourceLevel.STUDY, Tag.StudyDate));
            if (year.isEmpty() || !each.test(Node.folder(Kind.YEAR, year, year)) || year.equals("9999")) {
                return;
            }
            from = String.format("%04d0101", Integer.parseInt(year) + 1);
        }
    }

    private static String leading(String date) {
        return date.matches("\\d{4}.*") ? date.substring(0, 4) : "";
    }

    private void months(String year, Predicate<Node> each) {
        for (int month = 1; month <= 12; month++) {
            String name = String.format("%s-%02d", year, month);
            boolean empty = index.findIds(request(Kind.STUDY, List.of(within(name)), List.of())
                            .page(0, 1))
                    .isEmpty();
            if (!empty && !each.test(Node.folder(Kind.MONTH, name, name))) {
                return;
            }
        }
    }

    private static Constraint within(String month) {
        String digits = month.replace("-", "");
        return new Constraint(Tag.StudyDate, Match.RANGE, List.of(digits + "01", digits + "31"), true, true);
    }

    private static FindRequest request(Kind kind, List<Constraint> constraints, List<FindRequest.Order> order) {
        return new FindRequest(
                kind.level(),
                null,
                constraints,
                Set.of(),
                FindRequest.LabelsConstraint.ALL,
                Map.of(),
                order,
                0,
                0,
                PARTS);
    }

    private void resources(Node folder, Kind kind, List<Constraint> constraints, Predicate<Node> each) {
        FindRequest all = request(kind, constraints, List.of());
        if (folder.kind().level() != null) {
            all = all.within(folder.kind().level(), folder.id());
        }
        SafeName names = new SafeName();
        int count = 0;
        List<Resource> page;
        do {
            page = index.find(all.page(count, PAGE));
            for (Resource resource : page) {
                Node plain = node(folder, kind, resource);
                Node node = plain.named(names.unique(plain.name(), resource.id()));
                remember(folder, node);
                if (!each.test(node)) {
                    return;
                }
            }
            count += page.size();
            if (count >= most) {
                LOG.warn("The folder {} is cut after {} entries", folder.name(), count);
                return;
            }
        } while (page.size() == PAGE);
    }

    private Optional<Node> child(Node folder, String name) {
        String key = SafeName.key(name);
        Optional<Node> known = direct(folder, name).or(() -> remembered(folder, name, key));
        if (known.isPresent()) {
            return known;
        }
        List<Node> found = new ArrayList<>(1);
        Predicate<Node> search = node -> {
            if (!SafeName.key(node.name()).equals(key)) {
                return true;
            }
            found.add(node);
            return false;
        };
        Optional<Constraint> uid = uid(folder, name);
        if (uid.isPresent()) {
            resources(folder, below(folder), List.of(uid.get()), search);
        }
        if (found.isEmpty()) {
            children(folder, search);
        }
        return found.stream().findFirst();
    }

    /** Files of instances have their identifier as name. */
    private Optional<Node> direct(Node folder, String name) {
        if (folder.kind() != Kind.SERIES || folder.uids() || !name.endsWith(DICOM)) {
            return Optional.empty();
        }
        return index.get(ResourceLevel.INSTANCE, name.substring(0, name.length() - DICOM.length()), PARTS)
                .filter(instance -> instance.parent().equals(folder.id()))
                .map(instance -> node(folder, Kind.INSTANCE, instance));
    }

    private static Kind below(Node folder) {
        return switch (folder.kind()) {
            case STUDY -> Kind.SERIES;
            case SERIES -> Kind.INSTANCE;
            default -> Kind.STUDY;
        };
    }

    /** {@return what finds a UID in a folder of UIDs} */
    private static Optional<Constraint> uid(Node folder, String name) {
        String value = name.endsWith(DICOM) ? name.substring(0, name.length() - DICOM.length()) : name;
        if (!folder.uids() || !value.matches("[0-9.]{1,64}")) {
            return Optional.empty();
        }
        return Optional.of(new Constraint(identifier(below(folder).level()), Match.EQUAL, List.of(value), true, true));
    }

    private static int identifier(ResourceLevel level) {
        return switch (level) {
            case STUDY -> Tag.StudyInstanceUID;
            case SERIES -> Tag.SeriesInstanceUID;
            default -> Tag.SOPInstanceUID;
        };
    }

    private void remember(Node folder, Node node) {
        if (node.kind() == Kind.INSTANCE && !node.uids()) {
            return;
        }
        Place place = place(folder, SafeName.key(node.name()));
        synchronized (remembered) {
            remembered.put(place, node.kind() + " " + node.id());
        }
    }

    private static Place place(Node folder, String key) {
        return new Place(Identity.current().visibility(), folder.kind(), folder.id(), folder.uids(), key);
    }

    /** The name may belong to nothing or to another resource by now: the resource is read again. */
    private Optional<Node> remembered(Node folder, String name, String key) {
        String known;
        synchronized (remembered) {
            known = remembered.get(place(folder, key));
        }
        if (known == null) {
            return Optional.empty();
        }
        Kind kind = Kind.valueOf(known.substring(0, known.indexOf(' ')));
        String id = known.substring(known.indexOf(' ') + 1);
        return index.get(kind.level(), id, PARTS)
                .map(resource -> node(folder, kind, resource))
                .filter(node ->
                        List.of(node.name(), SafeName.withId(node.name(), id), node.name() + " (" + id + ")").stream()
                                .anyMatch(one -> SafeName.key(one).equals(key)))
                .map(node -> node.named(name));
    }

    /** {@return the entry of a resource with its plain name} */
    private static Node node(Node folder, Kind kind, Resource resource) {
        Attachment file = resource.attachments().stream()
                .filter(attachment -> attachment.type().equals(Attachment.DICOM))
                .findFirst()
                .orElse(null);
        String time = kind == Kind.INSTANCE ? Metadata.RECEPTION_DATE : Metadata.LAST_UPDATE;
        return new Node(
                kind,
                resource.id(),
                SafeName.of(name(folder, kind, resource)) + (kind == Kind.INSTANCE ? DICOM : ""),
                folder.uids(),
                time(resource.metadata().get(time)),
                kind == Kind.INSTANCE ? file : null);
    }

    private static String name(Node folder, Kind kind, Resource resource) {
        if (folder.uids()) {
            return tag(resource, kind.level(), identifier(kind.level()));
        }
        String patient = tag(resource, ResourceLevel.PATIENT, Tag.PatientID) + " - "
                + tag(resource, ResourceLevel.PATIENT, Tag.PatientName);
        String description = tag(resource, ResourceLevel.STUDY, Tag.StudyDescription);
        return switch (kind) {
            case PATIENT -> patient;
            case STUDY ->
                folder.kind() == Kind.PATIENT
                        ? tag(resource, ResourceLevel.STUDY, Tag.StudyDate) + " - " + description
                        : patient + " - " + description;
            case SERIES ->
                tag(resource, ResourceLevel.SERIES, Tag.Modality) + " - "
                        + tag(resource, ResourceLevel.SERIES, Tag.SeriesDescription);
            default -> resource.id();
        };
    }

    private static String tag(Resource resource, ResourceLevel level, int tag) {
        return resource.tags()
                .getOrDefault(level, Map.of())
                .getOrDefault(tag, "")
                .strip();
    }

    private static Instant time(MetadataValue value) {
        try {
            return value == null
                    ? Instant.EPOCH
                    : LocalDateTime.parse(value.value(), TIME)
                            .atZone(ZoneId.systemDefault())
                            .toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
