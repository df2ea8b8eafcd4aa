package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Change;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Page;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.isengard.dicom.orthanc.ResourceIds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Patients 1 to 3 with two studies each of two instances; the first study of patients 1 and 2 has the label A. */
@ParameterizedClass
@EnumSource
class VisibilityTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private final ResourceIds seen = Samples.ids(1, 1, 1, 1);
    private final ResourceIds hidden = Samples.ids(1, 2, 1, 1);
    private final ResourceIds stranger = Samples.ids(3, 1, 1, 1);
    private final Visibility labelA = Visibility.ofLabels(Set.of("A", "other"));
    private SqlIndex all;
    private VisibleIndex index;

    @BeforeEach
    void fill() {
        all = database.open(directory);
        index = new VisibleIndex(all);
        for (int p = 1; p <= 3; p++) {
            for (int st = 1; st <= 2; st++) {
                all.store(Samples.instance(p, st, 1, 1));
                all.store(Samples.instance(p, st, 1, 2));
            }
        }
        all.addLabel(ResourceLevel.STUDY, seen.study(), "A");
        all.addLabel(ResourceLevel.STUDY, Samples.ids(2, 1, 1, 1).study(), "A");
        all.addLabel(ResourceLevel.STUDY, hidden.study(), "B");
        // Only labels of studies count.
        all.addLabel(ResourceLevel.SERIES, hidden.series(), "A");
        all.addLabel(ResourceLevel.PATIENT, stranger.patient(), "A");
    }

    @AfterEach
    void close() {
        all.close();
    }

    private <T> T as(Visibility visibility, Supplier<T> work) {
        return new Identity("alice", Set.of("view"), visibility).run(work);
    }

    private long count(ResourceLevel level) {
        return index.count(FindRequest.all(level, Set.of()));
    }

    @Test
    void searchesAndCountsHaveVisibleStudiesAlone() {
        Map<ResourceLevel, Long> expected = Map.of(
                ResourceLevel.PATIENT,
                2L,
                ResourceLevel.STUDY,
                2L,
                ResourceLevel.SERIES,
                2L,
                ResourceLevel.INSTANCE,
                4L);
        expected.forEach((level, number) -> {
            assertEquals(number, as(labelA, () -> count(level)), level.toString());
            assertEquals(
                    number,
                    as(
                                    labelA,
                                    () -> index.findIds(FindRequest.all(level, Set.of()))
                                            .size())
                            .longValue(),
                    level.toString());
            assertEquals(0, as(Visibility.ofLabels(Set.of()), () -> count(level)));
            assertEquals(0, as(Visibility.ofLabels(Set.of("none")), () -> count(level)));
        });
        assertEquals(6, count(ResourceLevel.STUDY));
        Visibility shared = Visibility.ofStudies(Set.of(stranger.study(), "no identifier"));
        assertEquals(1, as(shared, () -> count(ResourceLevel.STUDY)));
        assertEquals(2, as(shared, () -> count(ResourceLevel.INSTANCE)));
        assertEquals(
                List.of(stranger.patient()),
                as(shared, () -> index.findIds(FindRequest.all(ResourceLevel.PATIENT, Set.of()))));
    }

    @Test
    void ordersAndTotalsHaveVisibleStudiesAlone() {
        Visibility mixed = new Visibility(false, Set.of("A"), Set.of(stranger.study()));
        List<FindRequest.Order> orders =
                List.of(new FindRequest.Order(0, "LastUpdate", false), new FindRequest.Order(0x00100020, null, true));
        for (Visibility visibility : List.of(labelA, mixed, Visibility.ofStudies(Set.of(stranger.study())))) {
            for (ResourceLevel level : ResourceLevel.values()) {
                FindRequest everything = FindRequest.all(level, Set.of());
                Set<String> visible = Set.copyOf(as(visibility, () -> index.findIds(everything)));
                for (FindRequest.Order order : orders) {
                    List<String> ordered = as(visibility, () -> index.findIds(ordered(level, order)));
                    assertEquals(visible.size(), ordered.size());
                    assertEquals(visible, Set.copyOf(ordered));
                }
            }
        }
        Statistics totals = as(mixed, index::statistics);
        assertEquals(
                List.of(3L, 3L, 3L, 6L),
                List.of(totals.patients(), totals.studies(), totals.series(), totals.instances()));
        assertEquals(0, as(Visibility.ofLabels(Set.of()), index::statistics).studies());
    }

    private static FindRequest ordered(ResourceLevel level, FindRequest.Order order) {
        return new FindRequest(
                level,
                null,
                List.of(),
                Set.of(),
                FindRequest.LabelsConstraint.ALL,
                Map.of(),
                List.of(order),
                0,
                0,
                Set.of());
    }

    @Test
    void pagesGoOnBehindWhatIsHidden() {
        FindRequest studies = FindRequest.all(ResourceLevel.STUDY, Set.of());
        List<String> both = as(labelA, () -> index.findIds(studies));
        assertEquals(both.subList(1, 2), as(labelA, () -> index.findIds(studies.page(1, 10))));
        assertEquals(both.subList(0, 1), as(labelA, () -> index.findIds(studies.page(0, 1))));
    }

    @Test
    void whatIsHiddenIsNotThere() {
        as(labelA, () -> {
            for (Index.Ref ref : List.of(
                    new Index.Ref(ResourceLevel.PATIENT, stranger.patient()),
                    new Index.Ref(ResourceLevel.STUDY, hidden.study()),
                    new Index.Ref(ResourceLevel.SERIES, hidden.series()),
                    new Index.Ref(ResourceLevel.INSTANCE, hidden.instance()))) {
                assertFalse(index.exists(ref.level(), ref.id()));
                assertTrue(index.get(ref.level(), ref.id(), Set.of(Part.TAGS)).isEmpty());
                assertTrue(
                        index.getAll(ref.level(), List.of(ref.id()), Set.of()).isEmpty());
                assertTrue(index.metadata(ref.level(), ref.id()).isEmpty());
                assertTrue(index.attachments(ref.level(), ref.id()).isEmpty());
                assertTrue(index.attachment(ref.level(), ref.id(), "dicom").isEmpty());
                assertTrue(index.labels(ref.level(), ref.id()).isEmpty());
                assertTrue(index.statistics(ref.level(), ref.id()).isEmpty());
                assertTrue(index.delete(ref.level(), ref.id()).isEmpty());
                refused(
                        ErrorCode.UNKNOWN_RESOURCE,
                        () -> index.setMetadata(ref.level(), ref.id(), "1024", "x", -1, false));
                refused(ErrorCode.UNKNOWN_RESOURCE, () -> {
                    index.addLabel(ref.level(), ref.id(), "A");
                    return null;
                });
            }
            assertTrue(index.ancestor(ResourceLevel.INSTANCE, hidden.instance(), ResourceLevel.STUDY)
                    .isEmpty());
            assertTrue(index.exists(ResourceLevel.INSTANCE, seen.instance()));
            assertEquals(
                    1,
                    index.attachments(ResourceLevel.INSTANCE, seen.instance()).size());
            return null;
        });
        assertTrue(index.exists(ResourceLevel.INSTANCE, hidden.instance()));
    }

    @Test
    void aPatientIsSeenWithVisibleStudiesAlone() {
        Optional<Resource> patient =
                as(labelA, () -> index.get(ResourceLevel.PATIENT, seen.patient(), Set.of(Part.CHILDREN)));
        assertEquals(List.of(seen.study()), patient.orElseThrow().children());
        Statistics statistics = as(labelA, () -> index.statistics(ResourceLevel.PATIENT, seen.patient()))
                .orElseThrow();
        assertEquals(1, statistics.studies());
        assertEquals(2, statistics.instances());
        Statistics server = as(labelA, index::statistics);
        assertEquals(2, server.patients());
        assertEquals(2, server.studies());
        assertEquals(4, server.instances());
        assertTrue(server.diskSize() > 0 && server.diskSize() < all.statistics().diskSize());
        as(labelA, () -> refused(ErrorCode.FORBIDDEN, () -> index.delete(ResourceLevel.PATIENT, seen.patient())));
        assertTrue(index.exists(ResourceLevel.STUDY, hidden.study()));
    }

    @Test
    void theLogOfChangesHasWhatIsVisible() {
        Page<Change> changes = as(labelA, () -> index.changes(0, -1, 100, Set.of("NewInstance"), false));
        assertEquals(4, changes.items().size());
        assertTrue(changes.done());
        Page<Change> first = as(labelA, () -> index.changes(0, -1, 3, Set.of("NewInstance"), false));
        assertEquals(changes.items().subList(0, 3), first.items());
        assertFalse(first.done());
        Page<Change> rest =
                as(labelA, () -> index.changes(first.items().get(2).seq(), -1, 3, Set.of("NewInstance"), false));
        assertEquals(changes.items().subList(3, 4), rest.items());
        assertTrue(rest.done());
        Page<Change> back = as(labelA, () -> index.changes(0, -1, 1, Set.of("NewInstance"), true));
        assertEquals(changes.items().get(3), back.items().get(0));
        as(
                labelA,
                () -> refused(ErrorCode.FORBIDDEN, () -> {
                    index.clearChanges();
                    return null;
                }));
    }

    @Test
    void labelsOfOthersStayWithThem() {
        assertEquals(Set.of("A"), as(labelA, index::allLabels));
        as(
                labelA,
                () -> refused(ErrorCode.FORBIDDEN, () -> {
                    index.addLabel(ResourceLevel.STUDY, seen.study(), "B");
                    return null;
                }));
        as(labelA, () -> {
            index.addLabel(ResourceLevel.STUDY, seen.study(), "other");
            return null;
        });
        assertEquals(Set.of("A", "other"), all.labels(ResourceLevel.STUDY, seen.study()));
    }

    @Test
    void anUploadReplacesNothingThatIsHidden() {
        var again = Samples.instance(Samples.dataset(1, 2, 1, 1), "another-file", true);
        as(labelA, () -> index.store(again));
        assertEquals(0, all.known(List.of("another-file")).size());
        all.store(again);
        assertEquals(1, all.known(List.of("another-file")).size());
    }

    private static Void refused(ErrorCode error, Supplier<?> call) {
        assertEquals(error, assertThrows(IsengardException.class, call::get).error());
        return null;
    }
}
