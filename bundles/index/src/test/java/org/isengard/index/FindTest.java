package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.LabelsConstraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.api.index.FindRequest.Order;
import org.isengard.dicom.Tag;
import org.isengard.index.find.TagMatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Patients 1 to 12 with studies 1 and 2, each with a CT series 1 and an MR series 2 of two instances. */
@ParameterizedClass
@EnumSource
class FindTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private SqlIndex index;

    @BeforeEach
    void fill() {
        index = database.open(directory);
        for (int p = 1; p <= 12; p++) {
            for (int st = 1; st <= 2; st++) {
                for (int se = 1; se <= 2; se++) {
                    index.store(Samples.instance(p, st, se, 1));
                    index.store(Samples.instance(p, st, se, 2));
                }
            }
        }
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void equalityIgnoresCaseButNotAccents() {
        assertEquals(1, patients(equal(Tag.PatientName, "MÜLLER3^anna")));
        assertEquals(1, patients(equal(Tag.PatientName, "mu\u0308ller3^anna")));
        assertEquals(0, patients(equal(Tag.PatientName, "MULLER3^anna")));
        assertEquals(1, patients(equal(Tag.PatientID, "pid3")));
        assertEquals(0, patients(equal(Tag.PatientID, "PID")));
    }

    @Test
    void caseSensitiveMeansTheVeryText() {
        assertEquals(0, patients(new Constraint(Tag.PatientID, Match.EQUAL, List.of("pid3"), true, true)));
        assertEquals(1, patients(new Constraint(Tag.PatientID, Match.EQUAL, List.of("PID3"), true, true)));
        assertEquals(12, patients(new Constraint(Tag.PatientName, Match.WILDCARD, List.of("*üller*"), true, true)));
        assertEquals(0, patients(new Constraint(Tag.PatientName, Match.WILDCARD, List.of("*uller*"), true, true)));
    }

    @Test
    void wildcardsMatchAtTheBeginningInTheMiddleAndAtTheEnd() {
        assertEquals(4, patients(wildcard(Tag.PatientID, "PID1*")));
        assertEquals(3, patients(wildcard(Tag.PatientID, "PID1?")));
        assertEquals(12, patients(wildcard(Tag.PatientName, "*ller*anna")));
        assertEquals(1, patients(wildcard(Tag.PatientName, "*ler11*")));
        assertEquals(2, patients(wildcard(Tag.PatientName, "*2^*")));
        assertEquals(0, patients(wildcard(Tag.PatientName, "*zzz*")));
        assertEquals(24, count(ResourceLevel.STUDY, wildcard(Tag.StudyDescription, "*100% l*")));
        assertEquals(0, count(ResourceLevel.STUDY, wildcard(Tag.StudyDescription, "*100_ l*")));
        assertEquals(24, count(ResourceLevel.STUDY, wildcard(Tag.AccessionNumber, "ACC-*-?")));
        assertEquals(12, count(ResourceLevel.STUDY, wildcard(Tag.AccessionNumber, "*-2")));
    }

    @Test
    void wildcardsOnLowerLevelsSeeTheTagsAbove() {
        assertEquals(4, count(ResourceLevel.SERIES, wildcard(Tag.PatientName, "*ler11*")));
        assertEquals(8, count(ResourceLevel.INSTANCE, wildcard(Tag.PatientName, "müller11*")));
    }

    @Test
    void listsAndRangesMatchAsInDicom() {
        assertEquals(2, patients(new Constraint(Tag.PatientID, Match.LIST, List.of("pid1", "PID2", "x"), false, true)));
        assertEquals(12, count(ResourceLevel.STUDY, range("20240102", "20240131")));
        assertEquals(12, count(ResourceLevel.STUDY, range("", "20240101")));
        assertEquals(24, count(ResourceLevel.STUDY, range("20240101", "")));
        assertEquals(0, count(ResourceLevel.STUDY, range("20250101", "")));
    }

    @Test
    void tagsWithoutAColumnAreComparedToo() {
        assertEquals(24, count(ResourceLevel.SERIES, equal(Tag.StationName, "station2")));
        assertEquals(48, count(ResourceLevel.INSTANCE, equal(Tag.StationName, "Station2")));
        assertEquals(48, count(ResourceLevel.SERIES, wildcard(Tag.StationName, "stat*")));
        assertEquals(1, count(ResourceLevel.INSTANCE, equal(Tag.SOPInstanceUID, "2.25.7.1.2.1")));
        assertEquals(0, count(ResourceLevel.SERIES, equal(Tag.BodyPartExamined, "KNEE")));
        assertEquals(
                48,
                count(
                        ResourceLevel.SERIES,
                        new Constraint(Tag.BodyPartExamined, Match.EQUAL, List.of("KNEE"), false, false)));
    }

    @Test
    void modalitiesInStudyLookAtTheSeries() {
        assertEquals(24, count(ResourceLevel.STUDY, equal(Tag.ModalitiesInStudy, "MR")));
        assertEquals(
                24,
                count(
                        ResourceLevel.STUDY,
                        new Constraint(Tag.ModalitiesInStudy, Match.LIST, List.of("US", "CT"), false, true)));
        assertEquals(0, patients(equal(Tag.ModalitiesInStudy, "US")));
    }

    @Test
    void withinAResourceOnlyItsDescendantsAreFound() {
        FindRequest all = FindRequest.all(ResourceLevel.INSTANCE, Set.of());
        assertEquals(
                4,
                index.count(
                        all.within(ResourceLevel.STUDY, Samples.ids(3, 1, 1, 1).study())));
        assertEquals(
                8,
                index.count(all.within(
                        ResourceLevel.PATIENT, Samples.ids(3, 1, 1, 1).patient())));
        assertEquals(
                2,
                index.count(
                        all.within(ResourceLevel.SERIES, Samples.ids(3, 1, 1, 1).series())));
        assertEquals(0, index.count(all.within(ResourceLevel.PATIENT, "nonsense")));
    }

    @Test
    void pagesFollowEachOtherInTheOrderOfArrival() {
        List<String> all = index.findIds(FindRequest.all(ResourceLevel.STUDY, Set.of()));
        assertEquals(24, all.size());
        assertEquals(Samples.ids(1, 1, 1, 1).study(), all.get(0));
        List<String> paged = new ArrayList<>();
        for (int since = 0; since < 24; since += 7) {
            paged.addAll(
                    index.findIds(FindRequest.all(ResourceLevel.STUDY, Set.of()).page(since, 7)));
        }
        assertEquals(all, paged);
        FindRequest names = request(ResourceLevel.STUDY, wildcard(Tag.PatientName, "*ller*"));
        assertEquals(all.subList(5, 8), index.findIds(names.page(5, 3)));
        FindRequest stations = request(ResourceLevel.SERIES, equal(Tag.StationName, "Station1"));
        assertEquals(index.findIds(stations).subList(5, 8), index.findIds(stations.page(5, 3)));
    }

    @Test
    void pagesFarDownAreFoundByMarks() {
        for (int i = 3; i <= 1200; i++) {
            index.store(Samples.instance(1, 1, 1, i));
        }
        FindRequest all = FindRequest.all(ResourceLevel.INSTANCE, Set.of());
        List<String> ids = index.findIds(all);
        assertEquals(ids.subList(1100, 1110), index.findIds(all.page(1100, 10)));
        index.delete(ResourceLevel.INSTANCE, ids.get(3));
        assertEquals(ids.subList(1101, 1111), index.findIds(all.page(1100, 10)));
        assertTrue(index.findIds(all.page(5000, 10)).isEmpty());
    }

    @Test
    void labelsSelect() {
        index.addLabel(ResourceLevel.STUDY, Samples.ids(1, 1, 1, 1).study(), "a");
        index.addLabel(ResourceLevel.STUDY, Samples.ids(1, 2, 1, 1).study(), "a");
        index.addLabel(ResourceLevel.STUDY, Samples.ids(1, 2, 1, 1).study(), "b");
        assertEquals(2, labelled(Set.of("a"), LabelsConstraint.ALL));
        assertEquals(1, labelled(Set.of("a", "b"), LabelsConstraint.ALL));
        assertEquals(2, labelled(Set.of("a", "b"), LabelsConstraint.ANY));
        assertEquals(22, labelled(Set.of("a", "b"), LabelsConstraint.NONE));
        assertEquals(22, labelled(Set.of(), LabelsConstraint.NONE));
        assertEquals(24, labelled(Set.of(), LabelsConstraint.ALL));
        index.removeLabel(ResourceLevel.STUDY, Samples.ids(1, 2, 1, 1).study(), "b");
        assertEquals(0, labelled(Set.of("b"), LabelsConstraint.ANY));
        assertEquals(Set.of("a"), index.allLabels());
    }

    @Test
    void metadataSelectByPattern() {
        index.setMetadata(ResourceLevel.STUDY, Samples.ids(2, 1, 1, 1).study(), "note", "urgent", -1, false);
        FindRequest request = new FindRequest(
                ResourceLevel.STUDY,
                null,
                List.of(),
                Set.of(),
                LabelsConstraint.ALL,
                Map.of("note", "urg*"),
                List.of(),
                0,
                0,
                Set.of());
        assertEquals(List.of(Samples.ids(2, 1, 1, 1).study()), index.findIds(request));
    }

    @Test
    void resultsAreOrderedByColumnsNumbersAndTagsAbove() {
        List<String> byDate = ordered(
                ResourceLevel.STUDY, new Order(Tag.StudyDate, null, false), new Order(Tag.PatientID, null, true));
        assertEquals(Samples.ids(1, 2, 1, 1).study(), byDate.get(0));
        assertEquals(Samples.ids(10, 2, 1, 1).study(), byDate.get(1));
        List<String> byNumber = ordered(
                ResourceLevel.SERIES, new Order(Tag.SeriesNumber, null, false), new Order(Tag.StudyID, null, true));
        assertEquals(Samples.ids(1, 1, 2, 1).series(), byNumber.get(0));
        List<String> byMetadata = ordered(ResourceLevel.INSTANCE, new Order(0, "IndexInSeries", false));
        assertEquals(Samples.ids(1, 1, 1, 2).instance(), byMetadata.get(0));
    }

    @Test
    void hostilePatternsEndSoon() {
        String text = "A".repeat(20_000);
        assertFalse(TagMatch.wildcard("*A".repeat(200) + "B", text));
        assertTrue(TagMatch.wildcard("*A*", text));
        assertEquals(0, patients(wildcard(Tag.PatientName, "*".repeat(5000) + "\"%'" + "?".repeat(300))));
        assertEquals(12, patients(wildcard(Tag.PatientName, "*m*l*l*e*r*a*n*")));
    }

    private long labelled(Set<String> labels, LabelsConstraint constraint) {
        return index.count(new FindRequest(
                ResourceLevel.STUDY, null, List.of(), labels, constraint, Map.of(), List.of(), 0, 0, Set.of()));
    }

    private List<String> ordered(ResourceLevel level, Order... orders) {
        return index.findIds(new FindRequest(
                level, null, List.of(), Set.of(), LabelsConstraint.ALL, Map.of(), List.of(orders), 0, 0, Set.of()));
    }

    private long patients(Constraint constraint) {
        return count(ResourceLevel.PATIENT, constraint);
    }

    /** Counts in both ways there are. */
    private long count(ResourceLevel level, Constraint constraint) {
        FindRequest request = request(level, constraint);
        int found = index.findIds(request).size();
        assertEquals(found, index.count(request));
        assertEquals(found, index.find(request).size());
        return found;
    }

    private static FindRequest request(ResourceLevel level, Constraint constraint) {
        return new FindRequest(
                level, null, List.of(constraint), Set.of(), LabelsConstraint.ALL, Map.of(), List.of(), 0, 0, Set.of());
    }

    private static Constraint equal(int tag, String value) {
        return new Constraint(tag, Match.EQUAL, List.of(value), false, true);
    }

    private static Constraint wildcard(int tag, String pattern) {
        return new Constraint(tag, Match.WILDCARD, List.of(pattern), false, true);
    }

    private static Constraint range(String from, String to) {
        return new Constraint(Tag.StudyDate, Match.RANGE, List.of(from, to), false, true);
    }
}
