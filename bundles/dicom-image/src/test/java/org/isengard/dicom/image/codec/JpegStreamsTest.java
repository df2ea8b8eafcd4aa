package org.isengard.dicom.image.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.TestImages;
import org.isengard.dicom.image.Tools;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** JPEG streams with restart markers, several scans, all predictors and samplings, with DCMTK and GDCM as referees. */
class JpegStreamsTest {
    @TempDir
    static Path directory;

    private static List<JpegStreams.Way> losslessWays() {
        List<JpegStreams.Way> ways = new ArrayList<>();
        for (int precision : new int[] {8, 12, 16}) {
            for (int components : new int[] {1, 3}) {
                for (int restart : new int[] {0, 1, 4}) {
                    for (boolean interleaved : components == 1 ? new boolean[] {true} : new boolean[] {true, false}) {
                        JpegStreams.Way way = JpegStreams.lossless(precision, 37, 29, components, interleaved, restart);
                        for (int predictor = 1; predictor <= 7; predictor++) {
                            ways.add(JpegStreams.predicted(way, predictor, 0));
                        }
                        ways.add(JpegStreams.predicted(way, 1, 3));
                        ways.add(JpegStreams.predicted(way, 7, 1));
                    }
                }
            }
        }
        ways.add(JpegStreams.lossless(16, 1, 40, 1, true, 3));
        ways.add(JpegStreams.lossless(12, 40, 1, 3, false, 1));
        return ways;
    }

    private static List<double[]> kept(JpegStreams.Way way) {
        int[] samples = JpegStreams.samples(way);
        double[] kept = new double[samples.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = samples[i] >> way.transform() << way.transform();
        }
        return List.of(kept);
    }

    @TestFactory
    Stream<DynamicTest> losslessStreamsOfEveryKindGiveEveryBitTheyKeep() {
        return Combinations.of(losslessWays())
                .map(way -> DynamicTest.dynamicTest("" + way, () -> {
                    byte[] stream = JpegStreams.write(way);
                    TransferSyntax syntax =
                            way.predictor() == 1 ? TransferSyntax.JPEG_LOSSLESS_SV1 : TransferSyntax.JPEG_LOSSLESS;
                    DicomFile file = JpegStreams.file(way, syntax, stream);
                    assertEquals(0, TestImages.difference(kept(way), TestImages.values(file)), "ours");
                    assertEquals(0, TestImages.difference(kept(way), theirs(file, "dcmdjpeg", "+cn")), "DCMTK's");
                    assertEquals(0, TestImages.difference(kept(way), theirs(file, "gdcmconv", "--raw")), "GDCM's");
                }));
    }

    private static List<double[]> theirs(DicomFile file, String... command) throws IOException, InterruptedException {
        Path in = Files.createTempFile(directory, "in", ".dcm");
        Path out = Files.createTempFile(directory, "out", ".dcm");
        Files.write(in, TestImages.write(file));
        assertTrue(Tools.run(command[0], command[1], in.toString(), out.toString()), command[0] + " refuses it");
        DicomFile plain = DicomReader.read(out);
        if (file.dataset().getString(Tag.PhotometricInterpretation).startsWith("YBR")) {
            // The planes are of full size now, whatever it is called.
            plain.dataset().setString(Tag.PhotometricInterpretation, "YBR_FULL");
        }
        return TestImages.values(plain);
    }

    @TestFactory
    Stream<DynamicTest> lossyStreamsOfEverySamplingDecodeAsTheirs() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int[] sampling : new int[][] {
            {0x11}, {0x22}, {0x11, 0x11, 0x11}, {0x21, 0x11, 0x11}, {0x22, 0x11, 0x11}, {0x12, 0x11, 0x11}
        }) {
            for (int[] size : new int[][] {{67, 45}, {16, 16}, {5, 33}}) {
                for (int restart : new int[] {0, 1, 3, 5}) {
                    for (boolean interleaved :
                            sampling.length == 1 ? new boolean[] {true} : new boolean[] {true, false}) {
                        for (int[] kind :
                                new int[][] {{JpegStreams.SOF0, 8}, {JpegStreams.SOF1, 8}, {JpegStreams.SOF1, 12}}) {
                            JpegStreams.Way way = new JpegStreams.Way(
                                    kind[0], kind[1], size[0], size[1], sampling, interleaved, restart, 0, 0);
                            tests.add(DynamicTest.dynamicTest("" + way, () -> lossy(way)));
                        }
                    }
                }
            }
        }
        return Combinations.of(tests);
    }

    private static void lossy(JpegStreams.Way way) throws Exception {
        TransferSyntax syntax =
                way.process() == JpegStreams.SOF0 ? TransferSyntax.JPEG_BASELINE : TransferSyntax.JPEG_EXTENDED;
        DicomFile file = JpegStreams.file(way, syntax, JpegStreams.write(way));
        List<double[]> ours = TestImages.values(file);
        double dcmtk = TestImages.difference(theirs(file, "dcmdjpeg", "+cn"), ours);
        assertTrue(dcmtk <= 1, "to DCMTK " + dcmtk);
        double gdcm = TestImages.difference(theirs(file, "gdcmconv", "--raw"), ours);
        assertTrue(gdcm <= 1, "to GDCM " + gdcm);
    }
}
