package org.isengard.dicom.image;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;

/**
 * Processor time of each codec beside that of DCMTK's or GDCM's command, in one run, decoding the same files. Not a test:
 * start {@code main} on the test class path; an argument that is a regular expression chooses rows by their names.
 *
 * <p>A command's time for a frame is the user time for a file of many frames less that for a file of one, so that
 * neither the start of the process nor most of the reading and writing of files counts. Ours is the time of the whole
 * process, the garbage collector's threads included, after the code is compiled.
 */
final class CodecBench {
    private static final int FRAMES = 40;
    private static final int ROUNDS = 6;
    private static final int SIZE = 512;

    /** Files IN and OUT are put in for those words. */
    private record Row(String name, TransferSyntax syntax, boolean colour, int bits, String encode, String decode) {}

    private static final List<Row> ROWS = List.of(
            new Row("RLE, 12 bits", TransferSyntax.RLE, false, 12, "dcmcrle IN OUT", "dcmdrle IN OUT"),
            new Row("RLE, colour", TransferSyntax.RLE, true, 8, "dcmcrle IN OUT", "dcmdrle IN OUT"),
            new Row(".50, 8 bits", TransferSyntax.JPEG_BASELINE, false, 8, "dcmcjpeg +eb IN OUT", "dcmdjpeg IN OUT"),
            new Row(
                    ".50, colour",
                    TransferSyntax.JPEG_BASELINE,
                    true,
                    8,
                    "dcmcjpeg +eb +s4 IN OUT",
                    "dcmdjpeg +cn IN OUT"),
            new Row(".51, 12 bits", TransferSyntax.JPEG_EXTENDED, false, 12, "dcmcjpeg +ee IN OUT", "dcmdjpeg IN OUT"),
            new Row(
                    ".57, 12 bits",
                    TransferSyntax.JPEG_LOSSLESS,
                    false,
                    12,
                    "dcmcjpeg +el +sv 6 IN OUT",
                    "dcmdjpeg IN OUT"),
            new Row(
                    ".57, colour",
                    TransferSyntax.JPEG_LOSSLESS,
                    true,
                    8,
                    "dcmcjpeg +el +sv 6 IN OUT",
                    "dcmdjpeg IN OUT"),
            new Row(
                    ".70, 12 bits",
                    TransferSyntax.JPEG_LOSSLESS_SV1,
                    false,
                    12,
                    "dcmcjpeg +e1 IN OUT",
                    "dcmdjpeg IN OUT"),
            new Row(".70, colour", TransferSyntax.JPEG_LOSSLESS_SV1, true, 8, "dcmcjpeg +e1 IN OUT", "dcmdjpeg IN OUT"),
            new Row(".80, 12 bits", TransferSyntax.JPEG_LS_LOSSLESS, false, 12, "dcmcjpls IN OUT", "dcmdjpls IN OUT"),
            new Row(".80, colour", TransferSyntax.JPEG_LS_LOSSLESS, true, 8, "dcmcjpls +il IN OUT", "dcmdjpls IN OUT"),
            new Row(
                    ".81, 12 bits",
                    TransferSyntax.JPEG_LS_NEAR_LOSSLESS,
                    false,
                    12,
                    "dcmcjpls +en +md 2 IN OUT",
                    "dcmdjpls IN OUT"),
            new Row(
                    ".90, 12 bits",
                    TransferSyntax.JPEG_2000_LOSSLESS,
                    false,
                    12,
                    "gdcmconv --j2k IN OUT",
                    "gdcmconv --raw IN OUT"),
            new Row(
                    ".90, colour",
                    TransferSyntax.JPEG_2000_LOSSLESS,
                    true,
                    8,
                    "gdcmconv --j2k IN OUT",
                    "gdcmconv --raw IN OUT"),
            new Row(
                    ".91, 12 bits",
                    TransferSyntax.JPEG_2000,
                    false,
                    12,
                    "gdcmconv --j2k --lossy --irreversible -q 40 IN OUT",
                    "gdcmconv --raw IN OUT"));

    private CodecBench() {}

    public static void main(String[] arguments) throws Exception {
        String wanted = arguments.length == 0 ? "" : arguments[0];
        Path directory = Files.createTempDirectory("codecs");
        try {
            System.out.println("| | decode, ms | the command | ratio | encode, ms | the command | ratio |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (Row row : ROWS) {
                if (row.name.matches(".*(" + wanted + ").*")) {
                    measure(row, directory);
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void measure(Row row, Path directory) throws Exception {
        Path one = write(source(row, 1), directory.resolve("one"));
        Path many = write(source(row, FRAMES), directory.resolve("many"));
        Path oneCoded = directory.resolve("one-coded");
        Path manyCoded = directory.resolve("many-coded");
        double theirEncode = command(row.encode, one, oneCoded, many, manyCoded);
        double theirDecode =
                command(row.decode, oneCoded, directory.resolve("one-raw"), manyCoded, directory.resolve("many-raw"));
        DicomFile coded = DicomReader.read(manyCoded);
        if (!coded.transferSyntax().uid().equals(row.syntax.uid())) {
            throw new IOException(row.encode + " made " + coded.transferSyntax().name());
        }
        DicomImage image = DicomImage.of(coded, BuiltInCodecs.codecs());
        double decode = best(() -> {
            for (int i = 0; i < FRAMES; i++) {
                image.frame(i);
            }
        });
        System.out.printf("| %s | %.2f | %.2f | %.2f |", row.name, decode, theirDecode, decode / theirDecode);
        if (BuiltInCodecs.codecs().encoder(row.syntax).isPresent()) {
            FrameEncoder encoder = BuiltInCodecs.codecs().encoder(row.syntax).get();
            DicomImage plain = DicomImage.of(DicomReader.read(many), BuiltInCodecs.codecs());
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < FRAMES; i++) {
                frames.add(plain.frame(i));
            }
            double encode = best(() -> {
                for (Frame frame : frames) {
                    encoder.encode(frame, row.syntax.uid(), 90);
                }
            });
            System.out.printf(" %.2f | %.2f | %.2f |%n", encode, theirEncode, encode / theirEncode);
        } else {
            System.out.printf(" - | %.2f | - |%n", theirEncode);
        }
    }

    /** Work that can fail. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** {@return milliseconds a frame, in the best round} */
    private static double best(Work work) throws IOException {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = cpu();
            work.run();
            best = Math.min(best, (cpu() - before) / 1e6 / FRAMES);
        }
        return best;
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** {@return milliseconds of user time for each frame beyond the first} */
    private static double command(String command, Path one, Path oneOut, Path many, Path manyOut) throws Exception {
        double least = Double.MAX_VALUE;
        double start = Double.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            start = Math.min(start, user(command, one, oneOut));
            least = Math.min(least, user(command, many, manyOut));
        }
        return (least - start) * 1000 / (FRAMES - 1);
    }

    private static double user(String command, Path in, Path out) throws Exception {
        String line = command.replace("IN", in.toString()).replace("OUT", out.toString());
        Process process = new ProcessBuilder("bash", "-c", "TIMEFORMAT='%3U'; time " + line + " >/dev/null 2>&1")
                .redirectErrorStream(true)
                .start();
        String time = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        if (process.waitFor() != 0) {
            throw new IOException(line + " failed: " + time);
        }
        return Double.parseDouble(time);
    }

    private static Path write(DicomFile file, Path path) throws IOException {
        try (OutputStream out = Files.newOutputStream(path)) {
            DicomWriter.write(out, file.meta(), file.dataset(), file.transferSyntax());
        }
        return path;
    }

    /** Something like slices of a body: two tissues with noise in an ellipse, bones, air around. */
    private static DicomFile source(Row row, int frames) throws IOException {
        int samples = row.colour ? 3 : 1;
        int bytes = row.bits > 8 ? 2 : 1;
        DicomFile file =
                TestImages.make(new TestImages.Kind("bench", SIZE, SIZE, frames, samples, 8 * bytes, row.bits, false));
        byte[] pixels = new byte[frames * SIZE * SIZE * samples * bytes];
        Random random = new Random(1);
        int max = (1 << row.bits) - 1;
        int at = 0;
        for (int f = 0; f < frames; f++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    double dx = (x - 256) / 220.0;
                    double dy = (y - 256) / (160.0 + f);
                    double r = dx * dx + dy * dy;
                    double level = r > 1 ? 0.003 : r > 0.8 ? 0.22 : 0.26 + 0.02 * Math.sin(x / 31.0 + y / 47.0);
                    if (Math.abs(r - 0.5) < 0.06 && (x / 24 + y / 40) % 3 == 0) {
                        level = 0.55;
                    }
                    double noise = r > 1 ? 0.0005 : 0.006;
                    for (int s = 0; s < samples; s++) {
                        int v = (int) (max * (level * (1 - 0.15 * s) + noise * random.nextGaussian()));
                        v = Math.max(0, Math.min(max, v));
                        for (int b = 0; b < bytes; b++) {
                            pixels[at++] = (byte) (v >> 8 * b);
                        }
                    }
                }
            }
        }
        file.dataset().setBytes(Tag.PixelData, bytes > 1 ? VR.OW : VR.OB, pixels);
        return file;
    }
}
