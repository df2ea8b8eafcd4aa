package org.isengard.dicom.image.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.SampleType;
import org.isengard.dicom.image.TestImages;
import org.isengard.dicom.image.Tools;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** JPEG-LS streams of all interleave modes, errors and restart intervals, with DCMTK and CharLS (by GDCM) as referees. */
class JpegLsStreamsTest {
    private static final List<TestImages.Kind> KINDS = List.of(
            new TestImages.Kind("8 bits", 61, 43, 1, 1, 8, 8, false),
            new TestImages.Kind("12 bits", 64, 48, 1, 1, 16, 12, false),
            new TestImages.Kind("16 bits", 37, 31, 1, 1, 16, 16, false),
            new TestImages.Kind("colour", 47, 35, 1, 3, 8, 8, false),
            new TestImages.Kind("deep colour", 31, 27, 1, 3, 16, 16, false));

    @TempDir
    static Path directory;

    private static DicomFile tool(DicomFile file, String... command) throws IOException, InterruptedException {
        Path in = Files.createTempFile(directory, "in", ".dcm");
        Path out = Files.createTempFile(directory, "out", ".dcm");
        Files.write(in, TestImages.write(file));
        String[] whole = Arrays.copyOf(command, command.length + 2);
        whole[command.length] = in.toString();
        whole[command.length + 1] = out.toString();
        assertTrue(Tools.run(whole), command[0] + " refuses it");
        return DicomReader.read(out);
    }

    @TestFactory
    Stream<DynamicTest> nearLosslessStreamsDecodeAsTheirsAndStayWithinTheirBound() {
        List<DynamicTest> tests = new ArrayList<>();
        for (TestImages.Kind kind : KINDS) {
            for (String interleave : new String[] {"+il", "+is", "+in"}) {
                for (int near = 1; near <= 5; near++) {
                    String deviation = Integer.toString(near);
                    tests.add(DynamicTest.dynamicTest(kind + " " + interleave + " " + near, () -> {
                        DicomFile source = TestImages.make(kind);
                        DicomFile coded = tool(source, "dcmcjpls", "+en", "+md", deviation, interleave);
                        assertEquals(TransferSyntax.JPEG_LS_NEAR_LOSSLESS, coded.transferSyntax());
                        List<double[]> ours = TestImages.values(coded);
                        double worst = TestImages.difference(TestImages.values(source), ours);
                        assertTrue(worst > 0 && worst <= Integer.parseInt(deviation), "error " + worst);
                        // DCMTK 3.6.7 cannot read the planes of 16 bits that it writes.
                        boolean planes = "+in".equals(interleave) && kind.samples() > 1 && kind.allocated() > 8;
                        DicomFile plain = planes ? tool(coded, "gdcmconv", "--raw") : tool(coded, "dcmdjpls");
                        assertEquals(0, TestImages.difference(TestImages.values(plain), ours));
                    }));
                }
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> restartsAndSeveralScansChangeNoPixel() {
        List<DynamicTest> tests = new ArrayList<>();
        for (TestImages.Kind kind : KINDS) {
            for (boolean interleaved : kind.samples() == 1 ? new boolean[] {true} : new boolean[] {true, false}) {
                for (int rows : new int[] {0, 1, 4, 10}) {
                    for (int near : new int[] {0, 3}) {
                        tests.add(DynamicTest.dynamicTest(
                                kind + (interleaved ? ", one scan" : ", a scan each") + ", restart " + rows + ", error "
                                        + near,
                                () -> restarts(kind, interleaved, rows, near)));
                    }
                }
            }
        }
        return tests.stream();
    }

    private static void restarts(TestImages.Kind kind, boolean interleaved, int rows, int near) throws Exception {
        DicomFile source = TestImages.make(kind);
        Frame frame = DicomImage.of(source, BuiltInCodecs.codecs()).frame(0);
        DicomFile file = TestImages.make(kind);
        TransferSyntax syntax = near == 0 ? TransferSyntax.JPEG_LS_LOSSLESS : TransferSyntax.JPEG_LS_NEAR_LOSSLESS;
        byte[] stream = stream(frame, interleaved, rows, near);
        file.dataset().setFragments(Tag.PixelData, VR.OB, new byte[0], List.of(stream));
        file.meta().setString(Tag.TransferSyntaxUID, syntax.uid());
        DicomFile coded =
                DicomReader.read(TestImages.write(new DicomFile(file.meta(), file.dataset(), syntax, -1, -1, VR.OB)));
        List<double[]> ours = TestImages.values(coded);
        double worst = TestImages.difference(TestImages.values(source), ours);
        assertTrue(worst <= near, "error " + worst);
        if (rows == 0) {
            // DCMTK 3.6.7 does not know restarts in JPEG-LS.
            assertEquals(0, TestImages.difference(TestImages.values(tool(coded, "dcmdjpls")), ours), "DCMTK");
        }
        assertEquals(0, TestImages.difference(TestImages.values(tool(coded, "gdcmconv", "--raw")), ours), "GDCM");
    }

    /** A restart forgets all that was before: what is coded between two is what an image of these rows would be. */
    private static byte[] stream(Frame frame, boolean interleaved, int rows, int near) throws IOException {
        int spp = frame.samplesPerPixel();
        byte[] whole = JpegLsEncoder.encode(frame, near);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, 2 + 10 + 3 * spp);
        if (rows > 0) {
            out.write(new byte[] {(byte) 0xff, (byte) 0xdd, 0, 4, 0, (byte) rows});
        }
        for (int scan = 0; scan < (interleaved ? 1 : spp); scan++) {
            if (interleaved) {
                out.write(whole, 12 + 3 * spp, 8 + 2 * spp);
            } else {
                out.write(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, (byte) (scan + 1), 0, (byte) near, 0, 0});
            }
            int height = rows == 0 ? frame.rows() : rows;
            for (int from = 0, n = 0; from < frame.rows(); from += height, n++) {
                if (from > 0) {
                    out.write(0xff);
                    out.write(0xd0 + (n - 1) % 8);
                }
                int to = Math.min(frame.rows(), from + height);
                byte[] part = JpegLsEncoder.encode(part(frame, interleaved ? -1 : scan, from, to), near);
                int components = interleaved ? spp : 1;
                int start = 20 + 5 * components;
                int end = part.length - 2;
                while (part[end] != (byte) 0xff || part[end + 1] != (byte) 0xd9) {
                    end--;
                }
                out.write(part, start, end - start);
            }
        }
        out.write(new byte[] {(byte) 0xff, (byte) 0xd9});
        if (out.size() % 2 == 1) {
            out.write(0);
        }
        return out.toByteArray();
    }

    /** {@return some rows of a frame, of all components or of one} */
    private static Frame part(Frame frame, int component, int from, int to) {
        int spp = frame.samplesPerPixel();
        int step = component < 0 ? 1 : spp;
        int n = (to - from) * frame.columns() * spp / step;
        Object data = frame.type() == SampleType.UINT8 ? new byte[n] : new short[n];
        for (int i = 0, k = from * frame.columns() * spp + Math.max(0, component); i < n; i++, k += step) {
            if (data instanceof byte[] bytes) {
                bytes[i] = frame.bytes()[k];
            } else {
                ((short[]) data)[i] = frame.shorts()[k];
            }
        }
        return new Frame(
                frame.columns(), to - from, spp / step, frame.photometric(), frame.type(), frame.bitsStored(), data);
    }
}
