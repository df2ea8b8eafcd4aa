package org.isengard.dicom.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;

/**
 * Processor time of each codec beside that of DCMTK's or GDCM's command for the same file of many frames, in one run.
 * Not a test: start {@code main} on the test class path with the path of an uncompressed image of one frame.
 */
final class CodecBench {
    private static final int FRAMES = 40;

    private CodecBench() {}

    public static void main(String[] arguments) throws Exception {
        DicomFile source = DicomReader.read(Path.of(arguments[0]));
        byte[] frame = DicomImage.of(source, Codecs.builtIn()).encoded(0);
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        for (int i = 0; i < FRAMES; i++) {
            pixels.write(frame);
        }
        source.dataset().setBytes(Tag.PixelData, VR.OW, pixels.toByteArray());
        source.dataset().setString(Tag.NumberOfFrames, Integer.toString(FRAMES));
        Map<String, String> tools = new TreeMap<>(Map.of(
                UID.RLELossless, "dcmdrle",
                UID.JPEGLosslessSV1, "dcmdjpeg",
                UID.JPEGLossless, "dcmdjpeg",
                UID.JPEGLSLossless, "dcmdjpls",
                UID.JPEG2000Lossless, "gdcmconv --raw"));
        Path in = Files.createTempFile("bench", ".dcm");
        Path out = Files.createTempFile("bench", ".dcm");
        System.out.println("| transfer syntax | decode, ms a frame | the tool | ratio | encode, ms a frame | bytes |");
        System.out.println("|---|---|---|---|---|---|");
        for (Map.Entry<String, String> entry : tools.entrySet()) {
            TransferSyntax syntax = TransferSyntax.of(entry.getKey());
            DicomFile coded = new Transcoding(Codecs.builtIn(), syntax, 90, false).transcode(source);
            try (OutputStream file = Files.newOutputStream(in)) {
                DicomWriter.write(file, coded.meta(), coded.dataset(), syntax);
            }
            double ours = decode(DicomImage.of(coded, Codecs.builtIn()));
            double theirs = Math.min(tool(entry.getValue(), in, out), tool(entry.getValue(), in, out));
            long before = cpu();
            int size = 0;
            Frame one = DicomImage.of(source, Codecs.builtIn()).frame(0);
            FrameEncoder encoder = Codecs.builtIn().encoder(syntax).orElseThrow();
            for (int i = 0; i < 10; i++) {
                size = encoder.encode(one, syntax.uid(), 90).length;
            }
            System.out.printf(
                    "| %s | %.2f | %.2f | %.2f | %.2f | %d |%n",
                    syntax.name(), ours, theirs, ours / theirs, (cpu() - before) / 1e7, size);
        }
        Files.delete(in);
        Files.delete(out);
    }

    private static double decode(DicomImage image) throws IOException {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long before = cpu();
            for (int i = 0; i < FRAMES; i++) {
                image.frame(i);
            }
            best = Math.min(best, (cpu() - before) / 1e6 / FRAMES);
        }
        return best;
    }

    /** {@return milliseconds a frame of user and system time, as the shell counts them} */
    private static double tool(String command, Path in, Path out) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "bash", "-c", "TIMEFORMAT='%U %S'; time " + command + " " + in + " " + out + " >/dev/null 2>&1")
                .redirectErrorStream(true)
                .start();
        String[] times = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .trim()
                .split(" ");
        process.waitFor();
        return (Double.parseDouble(times[0]) + Double.parseDouble(times[1])) * 1000 / FRAMES;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
