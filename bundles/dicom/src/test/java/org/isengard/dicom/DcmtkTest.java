package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write is read by DCMTK, and what DCMTK writes is read by us; skipped where its tools are not installed. */
class DcmtkTest {
    @TempDir
    Path directory;

    @BeforeEach
    void toolsAreThere() {
        for (String tool : List.of("dcmdump", "dcmconv")) {
            boolean found = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            Assumptions.assumeTrue(found, tool + " is not on the path");
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    @Test
    void whatWeWriteIsReadWithoutComplaint() throws Exception {
        String reference = null;
        for (TransferSyntax syntax : List.of(
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_BIG_ENDIAN,
                TransferSyntax.DEFLATED,
                TransferSyntax.RLE)) {
            for (boolean defined : new boolean[] {false, true}) {
                Path file = directory.resolve("ours.dcm");
                Attributes dataset = TestData.withPixels(syntax.encapsulated());
                dataset.remove(Tag.PixelData);
                dataset.remove(Tag.DataSetTrailingPadding);
                dataset.remove(0x00990010);
                dataset.remove(0x00991001);
                dataset.remove(0x00991002);
                try (var out = Files.newOutputStream(file)) {
                    DicomWriter.write(out, null, dataset, syntax, new WriteOptions(defined));
                }
                String dump = run("dcmdump", "+L", file.toString());
                assertFalse(dump.contains("E:") || dump.contains("W:"), dump);
                String values = values(dump);
                reference = reference == null ? values : reference;
                assertEquals(reference, values, syntax.name());
            }
        }
        assertTrue(reference.contains("PatientWeight"), reference);
    }

    /** Lines of the data set, without lengths and delimiters. */
    private static String values(String dump) {
        var lines = new ArrayList<String>();
        boolean body = false;
        for (String line : dump.split("\n")) {
            body |= line.startsWith("# Dicom-Data-Set");
            if (body && line.strip().startsWith("(") && !line.contains("(fffe,")) {
                lines.add(line.replaceAll("\\s*#\\s+[\\w/]+,", " ").replaceAll("\\(Sequence with \\w+ length", ""));
            }
        }
        return String.join("\n", lines);
    }

    @Test
    void whatTheyConvertIsTheSameToUs() throws Exception {
        for (String name : List.of("syn/sr.dcm", "syn/vrs.dcm", "syn/ct-1.dcm", "db/DicomSeg.dcm", "db/Issue168.dcm")) {
            Path sample = Samples.file(name);
            String expected = show(sample);
            for (String option : List.of("+ti", "+te", "+tb", "+td")) {
                for (String lengths : List.of("+e", "-e")) {
                    Path file = directory.resolve("theirs.dcm");
                    run("dcmconv", "-q", option, lengths, sample.toString(), file.toString());
                    assertEquals(expected, show(file), name + " " + option + " " + lengths);
                }
            }
        }
    }

    private static String show(Path file) throws IOException {
        Attributes dataset = DicomReader.read(file).dataset();
        for (int tag : dataset.tags()) {
            // Implicit VR keeps no VRs of private elements.
            if (Tags.isGroupLength(tag) || Tags.isPrivate(tag)) {
                dataset.remove(tag);
            }
        }
        return TestData.show(dataset);
    }
}
