package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isengard.dicom.orthanc.ResourceIds;
import org.junit.jupiter.api.Test;

/** Damaged files, the same ones in every run: they are read or refused, in time and within bounds of memory. */
class FuzzTest {
    /** {@code ./check campaign} gives other seeds. */
    private static final long MORE = Long.getLong("isengard.fuzz.seed", 0);

    private static final long NANOS_PER_FILE = 2_000_000_000L;
    private static final ReadOptions OPTIONS = ReadOptions.defaults().withMaxInflated(1 << 22, 300);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int read;
    private int refused;

    @Test
    void damagedFilesMadeHereAreReadOrRefused() throws IOException {
        var seeds = new ArrayList<byte[]>();
        for (TransferSyntax syntax : new TransferSyntax[] {
            TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_BIG_ENDIAN,
            TransferSyntax.DEFLATED,
            TransferSyntax.RLE
        }) {
            seeds.add(TestData.file(TestData.withPixels(syntax.encapsulated()), syntax));
        }
        damage(seeds, 2000, 4711);
        assertTrue(read > 100 && refused > 100, read + " read, " + refused + " refused");
    }

    @Test
    void damagedSamplesAreReadOrRefused() throws IOException {
        var seeds = new ArrayList<byte[]>();
        for (Path sample : Samples.all()) {
            byte[] bytes = Files.readAllBytes(sample);
            seeds.add(bytes.length > 20_000 ? Arrays.copyOf(bytes, 20_000) : bytes);
        }
        damage(seeds, 60, 815);
    }

    private void damage(List<byte[]> seeds, int rounds, int seed) throws IOException {
        var random = new Random(seed + MORE);
        for (byte[] original : seeds) {
            for (int round = 0; round < rounds; round++) {
                byte[] damaged = damage(original, random);
                attempt(damaged, random.nextBoolean());
            }
        }
    }

    private static byte[] damage(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 8; changes--) {
            // Lengths and tags are in the header: most changes should hit it.
            int at = random.nextInt(random.nextInt(4) > 0 ? Math.min(bytes.length, 3000) - 7 : bytes.length - 7);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> Bytes.put32(bytes, at, random.nextInt());
                case 3 -> Bytes.put32(bytes, at, new int[] {-1, 0, 0x7fffffff, -2}[random.nextInt(4)]);
                case 4 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 5 -> {
                    byte[] delimiter =
                            TestData.bytes(new String[] {"feff00e0ffffffff", "feff0de000000000", "feffdde000000000"}
                                    [random.nextInt(3)]);
                    System.arraycopy(delimiter, 0, bytes, at, 8);
                }
                default -> {
                    int length = Math.min(random.nextInt(200), bytes.length - at);
                    System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
                }
            }
        }
        return bytes;
    }

    private void attempt(byte[] bytes, boolean stream) throws IOException {
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long started = System.nanoTime();
        DicomFile file = null;
        try {
            file = stream
                    ? DicomReader.read(new ByteArrayInputStream(bytes), OPTIONS)
                    : DicomReader.read(bytes, OPTIONS);
            read++;
        } catch (DicomException e) {
            assertTrue(e.getMessage().length() < 2000);
            refused++;
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        assertTrue(allocated < 32L << 20, "reading " + bytes.length + " bytes took " + allocated + " bytes of memory");
        if (file != null) {
            TestData.show(file.dataset());
            ResourceIds.of(file.dataset());
            for (TransferSyntax syntax :
                    new TransferSyntax[] {file.transferSyntax(), TransferSyntax.IMPLICIT_LITTLE_ENDIAN}) {
                try {
                    DicomWriter.write(
                            OutputStream.nullOutputStream(),
                            file.meta(),
                            file.dataset(),
                            syntax,
                            WriteOptions.defaults().withDefinedLengths());
                } catch (DicomException e) {
                    assertTrue(e.getMessage().contains("Encapsulated"), e.getMessage());
                }
            }
        }
        long nanos = System.nanoTime() - started;
        assertTrue(nanos < NANOS_PER_FILE, "it took " + nanos + " ns");
    }
}
