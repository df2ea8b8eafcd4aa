package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every attribute of the data dictionary, anonymized by this server and by a real Orthanc in each edition both know. */
@Timeout(180)
class DeidentificationSideBySideIT {
    private static final int PER_FILE = 400;

    /** What both invent, or name themselves in. */
    private static final Set<Integer> OWN =
            Set.of(Tag.PatientName, Tag.PatientID, Tag.DeidentificationMethod, Tag.PatientIdentityRemoved);

    private static final Set<Integer> IDENTIFIERS =
            Set.of(Tag.SOPClassUID, Tag.SOPInstanceUID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.PatientID);

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @Test
    void everyAttributeMeetsTheSameFate() throws Exception {
        List<SampleFile> files = files();
        List<String> differences = new ArrayList<>();
        int compared = 0;
        OrthancProcess theirs = SHARED.orthanc();
        ServerProcess ours = SHARED.server();
        for (SampleFile file : files) {
            assertEquals(200, theirs.post("/instances", file.bytes()).statusCode());
            assertEquals(200, ours.post("/instances", file.bytes()).statusCode());
            Attributes before = dataset(file.bytes());
            for (String edition : List.of("2008", "2017c", "2021b")) {
                byte[] wish = ("{\"DicomVersion\": \"" + edition + "\"}").getBytes(StandardCharsets.UTF_8);
                String path = "/instances/" + file.id() + "/anonymize";
                Attributes expected = dataset(theirs.post(path, wish).body());
                Attributes actual = dataset(ours.post(path, wish).body());
                for (int tag : before.tags()) {
                    compared++;
                    String wanted = fate(before, expected, tag);
                    String got = fate(before, actual, tag);
                    if (!wanted.equals(got)) {
                        differences.add(edition + " " + Tags.toString(tag) + " " + wanted + ", here " + got);
                    }
                }
            }
        }
        assertTrue(compared > 10_000, compared + " compared");
        assertEquals(List.of(), differences, differences.size() + " of " + compared);
    }

    private static String fate(Attributes before, Attributes after, int tag) {
        if (OWN.contains(tag)) {
            return "own";
        }
        if (!after.contains(tag)) {
            return "gone";
        }
        if (after.get(tag).isEmpty()) {
            return "empty";
        }
        if (after.get(tag).vr() == VR.SQ) {
            return "there";
        }
        return Arrays.equals(before.getBytes(tag), after.getBytes(tag)) ? "there" : "changed";
    }

    private static Attributes dataset(byte[] file) throws IOException {
        return DicomReader.read(new ByteArrayInputStream(file)).dataset();
    }

    private static List<SampleFile> files() {
        List<SampleFile> files = new ArrayList<>();
        Attributes dataset = identified(0);
        for (int group = 0x0008; group <= 0x5400; group += 2) {
            // Curves are another matter, see docs/design/deidentification.md.
            for (int element = 1; element <= 0xffff && !isCurve(group); element++) {
                int tag = Tags.of(group, element);
                Dictionary.Entry entry = Dictionary.standard().lookup(tag, null);
                if (entry == null || IDENTIFIERS.contains(tag) || tag == Tag.SpecificCharacterSet) {
                    continue;
                }
                put(dataset, tag, entry.vr());
                if (dataset.tags().size() >= PER_FILE) {
                    files.add(SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
                    dataset = identified(files.size());
                }
            }
        }
        files.add(SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
        return files;
    }

    private static boolean isCurve(int group) {
        return (group & 0xff00) == 0x5000;
    }

    private static Attributes identified(int number) {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.SOPClassUID, UID.SecondaryCaptureImageStorage);
        dataset.setString(Tag.SOPInstanceUID, "2.25.77." + number);
        dataset.setString(Tag.StudyInstanceUID, "2.25.78");
        dataset.setString(Tag.SeriesInstanceUID, "2.25.79");
        dataset.setString(Tag.PatientID, "P");
        return dataset;
    }

    private static void put(Attributes dataset, int tag, VR vr) {
        switch (vr) {
            case SQ -> dataset.newSequence(tag).newItem().setString(Tag.CodeMeaning, "meaning");
            case UI -> dataset.setString(tag, vr, "2.25.80");
            case DA -> dataset.setString(tag, vr, "20200101");
            case TM -> dataset.setString(tag, vr, "120000");
            case DT -> dataset.setString(tag, vr, "20200101120000");
            case AS -> dataset.setString(tag, vr, "030Y");
            default -> {
                if (vr.isString()) {
                    dataset.setString(tag, vr, "1");
                } else {
                    dataset.setBytes(tag, vr, new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
                }
            }
        }
    }
}
