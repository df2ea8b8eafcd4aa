package org.isengard.itests.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.itests.demo.Tissue.Contrast;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoFilesTest {
    private static final List<DicomFile> FILES = new ArrayList<>();
    private static final Map<String, Attributes> BY_UID = new HashMap<>();

    @BeforeAll
    static void makeAFewSlices() throws Exception {
        for (Callable<byte[]> file : DemoFiles.thinned(20)) {
            DicomFile parsed = DicomReader.read(file.call());
            FILES.add(parsed);
            BY_UID.put(parsed.dataset().getString(Tag.SOPInstanceUID), parsed.dataset());
        }
    }

    @Test
    void everyInstanceHasAnIdentifierOfItsOwn() {
        assertEquals(FILES.size(), BY_UID.size());
        BY_UID.keySet().forEach(uid -> assertTrue(UIDs.isValid(uid), uid));
    }

    @Test
    void manyModalitiesAreThere() {
        Set<String> modalities = new TreeSet<>();
        FILES.forEach(file -> modalities.add(file.dataset().getString(Tag.Modality)));
        assertEquals(Set.of("CT", "MR", "US", "DX", "ECG", "SEG", "SR", "KO", "DOC", "OT"), modalities);
    }

    @Test
    void theSameFilesComeOutAgain() throws Exception {
        List<Callable<byte[]>> once = DemoFiles.thinned(70);
        List<Callable<byte[]>> again = DemoFiles.thinned(70);
        for (int i = 0; i < once.size(); i += 3) {
            assertArrayEquals(once.get(i).call(), again.get(i).call());
        }
    }

    @Test
    void labelsBelongToStudies() {
        Set<String> studies = new HashSet<>();
        FILES.forEach(file -> studies.add(file.dataset().getString(Tag.StudyInstanceUID)));
        assertTrue(studies.containsAll(DemoFiles.labels().keySet()));
    }

    @Test
    void documentsReferToInstancesThatAreThere() {
        int references = 0;
        for (DicomFile file : FILES) {
            if (Set.of("SR", "KO").contains(file.dataset().getString(Tag.Modality))) {
                Attributes study = file.dataset().getItem(Tag.CurrentRequestedProcedureEvidenceSequence, 0);
                assertEquals(file.dataset().getString(Tag.StudyInstanceUID), study.getString(Tag.StudyInstanceUID));
                for (Attributes series : study.getSequence(Tag.ReferencedSeriesSequence)) {
                    for (Attributes reference : series.getSequence(Tag.ReferencedSOPSequence)) {
                        Attributes found = BY_UID.get(reference.getString(Tag.ReferencedSOPInstanceUID));
                        assertEquals(series.getString(Tag.SeriesInstanceUID), found.getString(Tag.SeriesInstanceUID));
                        assertEquals(reference.getString(Tag.ReferencedSOPClassUID), found.getString(Tag.SOPClassUID));
                        references++;
                    }
                }
            }
        }
        assertTrue(references >= 4, references + " references");
    }

    @Test
    void segmentsLieOnTheSlicesTheyName() {
        Attributes seg = FILES.stream()
                .map(DicomFile::dataset)
                .filter(a -> UID.SegmentationStorage.equals(a.getString(Tag.SOPClassUID)))
                .findFirst()
                .orElseThrow();
        int frames = seg.getInt(Tag.NumberOfFrames, 0);
        int bytes = seg.getInt(Tag.Rows, 0) * seg.getInt(Tag.Columns, 0) / 8;
        assertEquals(frames * bytes, seg.getBytes(Tag.PixelData).length);
        assertEquals(
                frames, seg.getSequence(Tag.PerFrameFunctionalGroupsSequence).size());
        for (Attributes frame : seg.getSequence(Tag.PerFrameFunctionalGroupsSequence)) {
            Attributes source = frame.getItem(Tag.DerivationImageSequence, 0).getItem(Tag.SourceImageSequence, 0);
            Attributes image = BY_UID.get(source.getString(Tag.ReferencedSOPInstanceUID));
            assertArrayEquals(
                    image.getDoubles(Tag.ImagePositionPatient),
                    frame.getItem(Tag.PlanePositionSequence, 0).getDoubles(Tag.ImagePositionPatient));
        }
    }

    @Test
    void aSolidCoversItsPixelsAndHalfCoversThoseOnItsEdge() {
        Body body = new Body();
        body.add(Tissue.FLUID, Shape.cylinder(0, 0, 20, 20, -5, 5));
        Grid grid = Grid.square(64, 1);
        float[] slice = body.slice(grid, 0, Contrast.CT);
        assertEquals(9, slice[32 * 64 + 32]);
        assertEquals(-1000, slice[0]);
        double area = 0;
        for (float value : slice) {
            area += (value + 1000) / 1009;
        }
        assertEquals(Math.PI * 400, area, 12);
        float[] outside = body.slice(grid, 5.5, Contrast.CT);
        assertEquals(-1000, outside[32 * 64 + 32]);
    }

    @Test
    void theLargestWaveOfABeatIsR() {
        double largest = 0;
        double when = 0;
        for (double time = 0; time < 1; time += 0.002) {
            if (Ecg.beat(time, 1) > largest) {
                largest = Ecg.beat(time, 1);
                when = time;
            }
        }
        assertEquals(0.28, when, 0.01);
        assertEquals(1.1, largest, 0.15);
    }

    @Test
    void theLetterHasItsCrossReferencesWhereItSays() {
        String pdf = new String(Documents.pdf(List.of("One (1)", "Two")), java.nio.charset.StandardCharsets.ISO_8859_1);
        int start = Integer.parseInt(pdf.split("startxref\n")[1].split("\n")[0]);
        assertTrue(pdf.startsWith("xref\n", start));
        for (int object = 1; object <= 5; object++) {
            int at = Integer.parseInt(pdf.split("xref\n0 6\n")[1].split("\n")[object].substring(0, 10));
            assertTrue(pdf.startsWith(object + " 0 obj", at));
        }
    }
}
