package org.isengard.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.Transcoding;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
    /** Sees the same gray everywhere. */
    private static class GrayDecoder implements FrameDecoder {
        @Override
        public Set<String> transferSyntaxes() {
            return Set.of(UID.RLELossless);
        }

        @Override
        public Frame decode(byte[] stream, ImageDescription d) {
            byte[] gray = new byte[d.samples()];
            java.util.Arrays.fill(gray, (byte) 99);
            return Frame.gray8(d.columns(), d.rows(), gray);
        }
    }

    @TempDir
    private Path directory;

    private final SampleFiles files = new SampleFiles();
    private Images images;

    @BeforeEach
    void storeAnImage() throws Exception {
        store("a", 2, new byte[] {1, 2, 3, 4});
        images = new Images(files.index(), files.attachments(), files, 1 << 20);
    }

    private void store(String instance, int columns, byte[] pixels) throws IOException {
        Attributes d = new Attributes();
        d.setString(Tag.SOPClassUID, UID.SecondaryCaptureImageStorage);
        d.setString(Tag.SOPInstanceUID, "1.2.3");
        d.setInt(Tag.Rows, VR.US, pixels.length / columns);
        d.setInt(Tag.Columns, VR.US, columns);
        d.setInt(Tag.SamplesPerPixel, VR.US, 1);
        d.setString(Tag.PhotometricInterpretation, "MONOCHROME2");
        d.setInt(Tag.BitsAllocated, VR.US, 8);
        d.setInt(Tag.BitsStored, VR.US, 8);
        d.setInt(Tag.HighBit, VR.US, 7);
        d.setInt(Tag.PixelRepresentation, VR.US, 0);
        d.setBytes(Tag.PixelData, VR.OB, pixels);
        Attributes meta = DicomWriter.fileMetaInformation(
                UID.SecondaryCaptureImageStorage, "1.2.3", TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        DicomFile coded = new Transcoding(BuiltInCodecs.codecs(), TransferSyntax.RLE, 90, false)
                .transcode(new DicomFile(meta, d, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 0, -1, VR.OB));
        Path file = directory.resolve(instance);
        try (OutputStream out = Files.newOutputStream(file)) {
            DicomWriter.write(out, coded.meta(), coded.dataset(), coded.transferSyntax());
        }
        files.put(instance, file);
    }

    @Test
    void aDecodedFrameIsKept() throws Exception {
        assertSame(images.frame("a", 0).frame(), images.frame("a", 0).frame());
        Images without = new Images(files.index(), files.attachments(), files, 0);
        assertNotSame(without.frame("a", 0).frame(), without.frame("a", 0).frame());
    }

    @Test
    void aServiceOfHigherRankingReplacesABuiltInCodec() throws Exception {
        FrameDecoder gray = new GrayDecoder();
        assertEquals(1, images.frame("a", 0).frame().bytes()[0]);
        images.addDecoder(gray, Map.of("service.ranking", 10));
        assertEquals(99, images.frame("a", 0).frame().bytes()[0]);
        images.removeDecoder(gray);
        assertEquals(1, images.frame("a", 0).frame().bytes()[0]);
        images.addDecoder(gray, Map.of());
        assertNotEquals(99, images.frame("a", 0).frame().bytes()[0]);
    }

    @Test
    void keptFramesStayWithinTheirBudgetAndTheLastOnesAreKept() throws Exception {
        int size = 100 * 100;
        long budget = 5L * size;
        Images bounded = new Images(files.index(), files.attachments(), files, budget);
        List<Frame> seen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            store("frame" + i, 100, new byte[size]);
            seen.add(bounded.frame("frame" + i, 0).frame());
            assertTrue(bounded.kept() <= budget, bounded.kept() + " bytes");
            assertSame(seen.get(0), bounded.frame("frame0", 0).frame(), "what is asked for stays");
        }
        assertEquals(budget, bounded.kept());
        assertSame(seen.get(19), bounded.frame("frame19", 0).frame());
        assertNotSame(seen.get(10), bounded.frame("frame10", 0).frame());
        store("large", 100, new byte[2 * size]);
        assertNotSame(
                bounded.frame("large", 0).frame(), bounded.frame("large", 0).frame());
        assertEquals(budget, bounded.kept());
    }

    @Test
    void theBudgetHoldsForManyThreadsAtOnce() throws Exception {
        int size = 50 * 50;
        long budget = 8L * size;
        Images bounded = new Images(files.index(), files.attachments(), files, budget);
        for (int i = 0; i < 16; i++) {
            byte[] pixels = new byte[size];
            Arrays.fill(pixels, (byte) i);
            store("frame" + i, 50, pixels);
        }
        IntStream.range(0, 2000).parallel().forEach(i -> {
            try {
                assertEquals(i % 16, bounded.frame("frame" + i % 16, 0).frame().bytes()[size - 1]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertEquals(budget, bounded.kept());
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadIsReadAgain() throws Exception {
        store("new", 2, new byte[] {5, 6, 7, 8});
        Iterator<String> answers = List.of("gone", "new").iterator();
        Index index = (Index) Proxy.newProxyInstance(
                Index.class.getClassLoader(),
                new Class<?>[] {Index.class},
                (proxy, method, arguments) -> Optional.of(new Attachment(
                        answers.next(), Attachment.DICOM, 0, "", Attachment.Compression.NONE, 0, "", 0)));
        Images replaced = new Images(index, files.attachments(), files, 1 << 20);
        assertEquals(5, replaced.frame("instance", 0).frame().bytes()[0]);
    }

    @Test
    void aFileThatIsLostIsAnError() {
        Index index = (Index) Proxy.newProxyInstance(
                Index.class.getClassLoader(),
                new Class<?>[] {Index.class},
                (proxy, method, arguments) -> Optional.of(
                        new Attachment("gone", Attachment.DICOM, 0, "", Attachment.Compression.NONE, 0, "", 0)));
        Images lost = new Images(index, files.attachments(), files, 1 << 20);
        assertThrows(NoSuchFileException.class, () -> lost.frame("instance", 0));
    }

    /** A codec that is taken away while it decodes. */
    @Test
    void whatACodecLeftBehindIsNotKept() throws Exception {
        FrameDecoder gray = new GrayDecoder() {
            @Override
            public Frame decode(byte[] stream, ImageDescription d) {
                images.removeDecoder(this);
                return super.decode(stream, d);
            }
        };
        images.addDecoder(gray, Map.of("service.ranking", 10));
        assertEquals(99, images.frame("a", 0).frame().bytes()[0]);
        assertEquals(1, images.frame("a", 0).frame().bytes()[0]);
    }
}
