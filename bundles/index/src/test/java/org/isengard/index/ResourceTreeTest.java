package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.Resource;
import org.isengard.api.index.StoreStatus;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.index.rows.SeriesCompleteness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ResourceTreeTest {
    private static final Set<Part> ALL = EnumSet.allOf(Part.class);

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private SqlIndex index;

    @BeforeEach
    void open() {
        index = database.open(directory);
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void anInstanceBringsItsAncestorsAndTheirTags() {
        assertEquals(
                StoreStatus.SUCCESS, index.store(Samples.instance(1, 1, 1, 1)).status());

        Resource series = get(ResourceLevel.SERIES, Samples.ids(1, 1, 1, 1).series());
        assertEquals(Samples.ids(1, 1, 1, 1).study(), series.parent());
        assertEquals(List.of(Samples.ids(1, 1, 1, 1).instance()), series.children());
        assertEquals("CT", series.tags().get(ResourceLevel.SERIES).get(Tag.Modality));
        assertEquals("Müller1^Anna", series.tags().get(ResourceLevel.PATIENT).get(Tag.PatientName));
        assertEquals(
                "20240506T070809", series.metadata().get(Metadata.LAST_UPDATE).value());
        assertEquals("SENDER", series.metadata().get(Metadata.REMOTE_AET).value());

        Resource instance = get(ResourceLevel.INSTANCE, Samples.ids(1, 1, 1, 1).instance());
        assertEquals("1", instance.metadata().get(Metadata.INDEX_IN_SERIES).value());
        assertEquals("file-1-1-1-1", instance.attachments().get(0).uuid());
        assertTrue(instance.metadata()
                .get(Metadata.MAIN_DICOM_TAGS_SIGNATURE)
                .value()
                .startsWith("0008,0012;"));
        assertEquals(
                Optional.of(Samples.ids(1, 1, 1, 1).patient()),
                index.ancestor(ResourceLevel.INSTANCE, instance.id(), ResourceLevel.PATIENT));
    }

    @Test
    void theSameInstanceIsStoredOnce() {
        index.store(Samples.instance(1, 1, 1, 1));
        assertEquals(
                StoreStatus.ALREADY_STORED,
                index.store(Samples.instance(1, 1, 1, 1)).status());
        assertEquals(1, index.statistics().instances());
        assertEquals(1000, index.statistics().diskSize());
    }

    @Test
    void overwritingReplacesFileTagsAndMetadata() {
        index.store(Samples.instance(1, 1, 1, 1));
        index.store(Samples.instance(1, 1, 1, 2));
        Attributes changed = Samples.dataset(1, 1, 1, 1);
        changed.setString(Tag.InstanceNumber, "77");
        Index.Stored stored = index.store(Samples.instance(changed, "second", true));

        assertEquals(StoreStatus.SUCCESS, stored.status());
        assertEquals("file-1-1-1-1", stored.obsolete().get(0).uuid());
        assertEquals("file-1-1-1-1", index.garbage(10).get(0).uuid());
        index.collected(List.of("file-1-1-1-1"));
        assertTrue(index.garbage(10).isEmpty());
        Resource instance = get(ResourceLevel.INSTANCE, Samples.ids(1, 1, 1, 1).instance());
        assertEquals("77", instance.metadata().get(Metadata.INDEX_IN_SERIES).value());
        assertEquals("second", instance.attachments().get(0).uuid());
        assertEquals(2, index.statistics().instances());
        assertEquals(2000, index.statistics().diskSize());
    }

    @Test
    void deletingTheLastChildDeletesTheParents() {
        index.store(Samples.instance(1, 1, 1, 1));
        index.store(Samples.instance(1, 2, 1, 1));
        index.addLabel(ResourceLevel.SERIES, Samples.ids(1, 1, 1, 1).series(), "tagged");

        Index.Deleted deleted = index.delete(
                        ResourceLevel.INSTANCE, Samples.ids(1, 1, 1, 1).instance())
                .orElseThrow();
        assertEquals(
                new Index.Ref(ResourceLevel.PATIENT, Samples.ids(1, 1, 1, 1).patient()),
                deleted.ancestor().orElseThrow());
        assertFalse(index.exists(ResourceLevel.STUDY, Samples.ids(1, 1, 1, 1).study()));
        assertTrue(index.allLabels().isEmpty());
        assertEquals(1, index.statistics().studies());
        assertEquals(1, index.garbage(10).size());

        assertTrue(index.delete(ResourceLevel.PATIENT, Samples.ids(1, 2, 1, 1).patient())
                .orElseThrow()
                .ancestor()
                .isEmpty());
        assertEquals(0, index.statistics().patients());
        assertEquals(0, index.statistics().diskSize());
        assertTrue(index.delete(ResourceLevel.PATIENT, Samples.ids(1, 2, 1, 1).patient())
                .isEmpty());
    }

    @Test
    void deletingAChildRenewsTheLastUpdateOfItsParents(@TempDir Path other) {
        Instant[] now = {Instant.parse("2024-05-06T07:08:09Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        try (SqlIndex own = new SqlIndex(Samples.options(other, Optional.empty()), clock)) {
            own.store(Samples.instance(1, 1, 1, 1));
            own.store(Samples.instance(1, 1, 1, 2));
            now[0] = now[0].plusSeconds(60);
            own.delete(ResourceLevel.INSTANCE, Samples.ids(1, 1, 1, 2).instance());
            ResourceIds ids = Samples.ids(1, 1, 1, 1);
            Map.of(
                            ResourceLevel.SERIES,
                            ids.series(),
                            ResourceLevel.STUDY,
                            ids.study(),
                            ResourceLevel.PATIENT,
                            ids.patient())
                    .forEach((level, id) -> assertEquals(
                            "20240506T070909",
                            own.metadata(level, id, Metadata.LAST_UPDATE)
                                    .orElseThrow()
                                    .value()));
        }
    }

    @Test
    void statisticsOfAResourceCountWhatIsBelowIt() {
        for (int i = 1; i <= 3; i++) {
            index.store(Samples.instance(1, 1, 1, i));
            index.store(Samples.instance(1, 1, 2, i));
        }
        var statistics = index.statistics(
                        ResourceLevel.STUDY, Samples.ids(1, 1, 1, 1).study())
                .orElseThrow();
        assertEquals(2, statistics.series());
        assertEquals(6, statistics.instances());
        assertEquals(6000, statistics.dicomDiskSize());
    }

    @Test
    void lookupFindsIdentifiersOfAllLevelsWhateverTheCase() {
        index.store(Samples.instance(1, 1, 1, 1));
        assertEquals(ResourceLevel.PATIENT, index.lookup("pid1").get(0).level());
        assertEquals(ResourceLevel.STUDY, index.lookup("2.25.1.1").get(0).level());
        assertEquals(ResourceLevel.INSTANCE, index.lookup("2.25.1.1.1.1").get(0).level());
        assertTrue(index.lookup("ACC-1-1").isEmpty());
    }

    @Test
    void metadataHaveRevisions() {
        index.store(Samples.instance(1, 1, 1, 1));
        String study = Samples.ids(1, 1, 1, 1).study();
        assertEquals(0, index.setMetadata(ResourceLevel.STUDY, study, "note", "a\u001e\u001a\0b", -1, true));
        assertEquals(1, index.setMetadata(ResourceLevel.STUDY, study, "1100", "second", 0, true));
        IsengardException e = assertThrows(
                IsengardException.class, () -> index.setMetadata(ResourceLevel.STUDY, study, "note", "x", 0, true));
        assertEquals(ErrorCode.REVISION, e.error());
        assertEquals(
                "second",
                index.metadata(ResourceLevel.STUDY, study, "note").orElseThrow().value());
        assertTrue(index.deleteMetadata(ResourceLevel.STUDY, study, "note", 1, true));
        assertFalse(index.deleteMetadata(ResourceLevel.STUDY, study, "note", 1, true));
    }

    @Test
    void attachmentsAreReplacedAndTheirFilesBecomeGarbage() {
        index.store(Samples.instance(1, 1, 1, 1));
        String study = Samples.ids(1, 1, 1, 1).study();
        Attachment first = Samples.file("u1", "report", 5);
        assertEquals(0, index.setAttachment(ResourceLevel.STUDY, study, first, -1, true));
        assertEquals(1, index.setAttachment(ResourceLevel.STUDY, study, Samples.file("u2", "report", 7), 0, true));
        assertEquals("u1", index.garbage(5).get(0).uuid());
        assertEquals(1007, index.statistics().diskSize());
        assertEquals(Set.of("u1", "u2"), index.known(List.of("u1", "u2", "u3")));
        assertTrue(index.deleteAttachment(ResourceLevel.STUDY, study, "report", 1, true));
        assertEquals(1000, index.statistics().diskSize());
    }

    @Test
    void aSeriesThatAnnouncesItsInstancesBecomesComplete() {
        for (int i = 1; i <= 2; i++) {
            Attributes dataset = Samples.dataset(1, 1, 1, i);
            dataset.setString(Tag.ImagesInAcquisition, "2");
            dataset.setString(Tag.NumberOfTemporalPositions, "1");
            index.store(Samples.instance(dataset, "f" + i, false));
        }
        assertTrue(index.changes(0, -1, 100, Set.of("CompletedSeries"), false).items().stream()
                .anyMatch(change -> change.id().equals(Samples.ids(1, 1, 1, 1).series())));
        assertEquals("Complete", SeriesCompleteness.status("2", List.of("1", "2")));
        assertEquals("Missing", SeriesCompleteness.status("3", List.of("1", "2")));
        assertEquals("Inconsistent", SeriesCompleteness.status("3", List.of("1", "1")));
        assertEquals("Unknown", SeriesCompleteness.status(null, List.of("1")));
    }

    @Test
    void reconstructTakesTagsAgain() {
        index.store(Samples.instance(1, 1, 1, 1));
        Attributes changed = Samples.dataset(1, 1, 1, 1);
        changed.setString(Tag.StudyDescription, "Shoulder");
        index.updateMainTags(Samples.ids(1, 1, 1, 1).instance(), changed, Map.of(Metadata.ORIGIN, "Lua"));
        Resource study = get(ResourceLevel.STUDY, Samples.ids(1, 1, 1, 1).study());
        assertEquals("Shoulder", study.tags().get(ResourceLevel.STUDY).get(Tag.StudyDescription));
        assertEquals(
                1,
                index.count(new FindRequest(
                        ResourceLevel.STUDY,
                        null,
                        List.of(new FindRequest.Constraint(
                                Tag.StudyDescription, FindRequest.Match.WILDCARD, List.of("*ould*"), false, true)),
                        Set.of(),
                        FindRequest.LabelsConstraint.ALL,
                        Map.of(),
                        List.of(),
                        0,
                        0,
                        Set.of())));
    }

    @Test
    void parentsTakeTagsOfANewInstanceAloneAndOnlyThoseThatAreNamed() {
        index.store(Samples.instance(1, 1, 1, 1));
        Attributes changed = Samples.dataset(1, 1, 1, 1);
        changed.setString(Tag.PatientName, VR.PN, "New^Name");
        changed.setString(Tag.StudyDescription, VR.LO, "new");
        changed.setString(Tag.SeriesDescription, VR.LO, "new");
        ResourceIds ids = Samples.ids(1, 1, 1, 1);
        index.updateMainTags(
                List.of(
                        new Index.Ref(ResourceLevel.STUDY, ids.study()),
                        new Index.Ref(ResourceLevel.PATIENT, ids.patient()),
                        new Index.Ref(ResourceLevel.SERIES, "nope")),
                changed);
        Resource study = index.get(ResourceLevel.STUDY, ids.study(), EnumSet.of(Part.TAGS, Part.PARENT_TAGS))
                .orElseThrow();
        assertEquals("new", study.tags().get(ResourceLevel.STUDY).get(Tag.StudyDescription));
        assertEquals("New^Name", study.tags().get(ResourceLevel.PATIENT).get(Tag.PatientName));
        Resource series = index.get(ResourceLevel.SERIES, ids.series(), EnumSet.of(Part.TAGS))
                .orElseThrow();
        assertNotEquals("new", series.tags().get(ResourceLevel.SERIES).get(Tag.SeriesDescription));
    }

    @Test
    void metadataOfTheLevelsAboveAreSet() {
        NewInstance plain = Samples.instance(1, 1, 1, 1);
        index.store(new NewInstance(
                plain.ids(),
                plain.dataset(),
                plain.metadata(),
                Map.of(ResourceLevel.STUDY, Map.of(Metadata.ANONYMIZED_FROM, "x")),
                plain.attachments(),
                false));
        assertEquals(
                "x",
                index.metadata(ResourceLevel.STUDY, plain.ids().study(), Metadata.ANONYMIZED_FROM)
                        .orElseThrow()
                        .value());
    }

    private Resource get(ResourceLevel level, String id) {
        return index.get(level, id, ALL).orElseThrow();
    }
}
