package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.Test;

/** A frame of a long file is found without reading the others. */
class RandomAccessTest {
    private static final int FRAMES = 10_000;
    private static final TestImages.Kind LONG = new TestImages.Kind("long", 24, 20, FRAMES, 1, 16, 12, false);

    /** Bytes read from the source, and not those skipped. */
    private final AtomicLong read = new AtomicLong();

    private InputStream counted(byte[] file, long offset) {
        return new FilterInputStream(new ByteArrayInputStream(file, (int) offset, file.length - (int) offset)) {
            @Override
            public int read() throws IOException {
                int b = super.read();
                read.addAndGet(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int n = super.read(b, off, len);
                read.addAndGet(Math.max(0, n));
                return n;
            }
        };
    }

    private DicomImage open(DicomFile file) throws IOException {
        byte[] bytes = TestImages.write(file);
        DicomFile opened = DicomReader.read(
                new ByteArrayInputStream(bytes),
                ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE),
                offset -> counted(bytes, offset));
        return DicomImage.of(opened, BuiltInCodecs.codecs());
    }

    @Test
    void oneOfTenThousandFramesIsReadAlone() throws Exception {
        DicomFile source = TestImages.make(LONG);
        byte[] pixels = source.dataset().getBytes(Tag.PixelData);
        for (TransferSyntax syntax :
                List.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.RLE, TransferSyntax.JPEG_LS_LOSSLESS)) {
            DicomImage image = open(
                    syntax.encapsulated()
                            ? new Transcoding(BuiltInCodecs.codecs(), syntax, 90, false).transcode(source)
                            : source);
            for (int n : new int[] {0, 7_777, FRAMES - 1}) {
                read.set(0);
                short[] samples = image.frame(n).shorts();
                short[] expected = new short[samples.length];
                ByteBuffer.wrap(pixels, n * 2 * samples.length, 2 * samples.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asShortBuffer()
                        .get(expected);
                assertArrayEquals(expected, samples);
                assertTrue(read.get() <= 16_384, syntax.name() + ": " + read.get() + " bytes for frame " + n);
            }
        }
    }

    @Test
    void tablesOfOffsetsTellWhereFramesOfSeveralFragmentsStart() throws Exception {
        TestImages.Kind kind = new TestImages.Kind("several", 40, 30, 5, 1, 16, 12, false);
        DicomFile source = TestImages.make(kind);
        // RLE segments have no signature: only a table can tell.
        for (boolean extended : new boolean[] {true, false}) {
            DicomFile coded = TestImages.transcode(source, TransferSyntax.RLE);
            Fragments fragments = (Fragments) coded.dataset().get(Tag.PixelData);
            List<byte[]> pieces = new ArrayList<>();
            ByteBuffer wide = ByteBuffer.allocate(8 * 5).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer lengths = ByteBuffer.allocate(8 * 5).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer basic = ByteBuffer.allocate(4 * 5).order(ByteOrder.LITTLE_ENDIAN);
            long at = 0;
            for (int i = 0; i < 5; i++) {
                wide.putLong(at);
                basic.putInt((int) at);
                byte[] frame = fragments.get(i);
                lengths.putLong(frame.length);
                for (int from = 0; from < frame.length; from += 300 + 100 * i) {
                    byte[] piece = Arrays.copyOfRange(frame, from, Math.min(frame.length, from + 300 + 100 * i));
                    pieces.add(piece);
                    at += 8 + piece.length;
                }
            }
            coded.dataset().setFragments(Tag.PixelData, VR.OB, extended ? new byte[0] : basic.array(), pieces);
            if (extended) {
                coded.dataset().setBytes(Tag.ExtendedOffsetTable, VR.OV, wide.array());
                coded.dataset().setBytes(Tag.ExtendedOffsetTableLengths, VR.OV, lengths.array());
            }
            DicomFile again = DicomReader.read(TestImages.write(coded));
            assertEquals(0, TestImages.difference(TestImages.values(source), TestImages.values(again)));
        }
    }
}
