package org.isengard.dicom;

import static org.isengard.dicom.TestData.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.isengard.dicom.orthanc.DicomJson;
import org.junit.jupiter.api.Test;

/** Odd and hostile files: what is read nevertheless, and what is refused with a place in the message. */
class ParsingTest {
    private static final TransferSyntax EXPLICIT = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
    private static final TransferSyntax IMPLICIT = TransferSyntax.IMPLICIT_LITTLE_ENDIAN;

    private static final String CHARSET = "0800 0500 4353 0a00 49534f5f495220313030";
    private static final String PATIENT_ID = "1000 2000 4c4f 0400 31323334";

    private static Attributes read(TransferSyntax syntax, String hex) throws IOException {
        return DicomReader.readDataset(bytes(hex), syntax, ReadOptions.defaults());
    }

    private static DicomException refused(TransferSyntax syntax, String hex) {
        return assertThrows(DicomException.class, () -> read(syntax, hex));
    }

    // ------------------------------------------------------------------ leniency

    @Test
    void aFileNeedsNeitherPreambleNorMetaInformation() throws IOException {
        Attributes dataset = TestData.dataset();
        for (TransferSyntax syntax : new TransferSyntax[] {EXPLICIT, IMPLICIT, TransferSyntax.EXPLICIT_BIG_ENDIAN}) {
            DicomFile file = DicomReader.read(TestData.bare(dataset, syntax));
            assertEquals(syntax, file.transferSyntax());
            assertTrue(file.meta().isEmpty());
            assertEquals("ID", file.dataset().getString(Tag.PatientID));
        }
        byte[] file = TestData.file(dataset, EXPLICIT);
        DicomFile withoutPreamble = DicomReader.read(Arrays.copyOfRange(file, 132, file.length));
        assertEquals("2.25.1", withoutPreamble.meta().getString(Tag.MediaStorageSOPInstanceUID));
        assertEquals("ID", withoutPreamble.dataset().getString(Tag.PatientID));
    }

    @Test
    void theFirstElementTellsWhereTheTransferSyntaxLies() throws IOException {
        Attributes meta = DicomWriter.fileMetaInformation("1.2", "1.3", IMPLICIT);
        var out = new ByteArrayOutputStream();
        DicomWriter.write(out, meta, new Attributes(), IMPLICIT);
        out.write(TestData.bare(TestData.dataset(), EXPLICIT));
        DicomFile file = DicomReader.read(out.toByteArray());
        assertEquals(EXPLICIT, file.transferSyntax());
        assertEquals("ID", file.dataset().getString(Tag.PatientID));
    }

    @Test
    void aWrongMetaInformationGroupLengthDoesNotMatter() throws IOException {
        byte[] file = TestData.file(TestData.dataset(), EXPLICIT);
        for (int wrong : new int[] {0, 10_000, 1_000_000_000, -1}) {
            byte[] broken = file.clone();
            Bytes.put32(broken, 140, wrong);
            assertEquals("ID", DicomReader.read(broken).dataset().getString(Tag.PatientID));
        }
    }

    @Test
    void unknownVrOfUndefinedLengthIsAnImplicitSequence() throws IOException {
        Attributes dataset = read(
                EXPLICIT,
                "0800 1011 554e 0000 ffffffff feff 00e0 ffffffff 0800 5511 04000000 312e3200"
                        + "feff 0de0 00000000 feff dde0 00000000" + PATIENT_ID);
        assertEquals("1.2", dataset.getItem(Tag.ReferencedStudySequence, 0).getString(Tag.ReferencedSOPInstanceUID));
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void aNewVrHasALongHeader() throws IOException {
        Attributes dataset = read(EXPLICIT, "0900 0110 5858 0000 02000000 0102" + PATIENT_ID);
        assertEquals(VR.UN, dataset.get(0x00091001).vr());
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void aShortHeaderWhereALongOneIsDueIsRead() throws IOException {
        Attributes dataset = read(EXPLICIT, "0800 9011 5552 0400 75726e3a" + PATIENT_ID);
        assertEquals("urn:", dataset.getString(Tag.RetrieveURL));
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void blankVrsAreLookedUp() throws IOException {
        Attributes dataset = read(EXPLICIT, "1000 1000 0000 0400 415e4220" + "1000 2000 3f3f 0400 31323334");
        assertEquals(VR.PN, dataset.get(Tag.PatientName).vr());
        assertEquals("A^B", dataset.getString(Tag.PatientName));
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void anImplicitElementAmongExplicitOnesIsRead() throws IOException {
        Attributes dataset = read(EXPLICIT, CHARSET + "1000 1000 04000000 415e4220" + PATIENT_ID);
        assertEquals("A^B", dataset.getString(Tag.PatientName));
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void oddLengthsAreRead() throws IOException {
        Attributes dataset = read(EXPLICIT, "1000 1000 504e 0300 415e42" + PATIENT_ID);
        assertEquals("A^B", dataset.getString(Tag.PatientName));
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void groupLengthsAndOrderDoNotMatterAndTheFirstOfATagCounts() throws IOException {
        Attributes dataset = read(
                EXPLICIT,
                PATIENT_ID + "1000 0000 554c 0400 ff000000" + "1000 1000 504e 0400 415e4220"
                        + "1000 2000 4c4f 0200 3939");
        assertEquals(3, dataset.size());
        assertEquals(0x00100000, dataset.at(0).tag());
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void truncatedPixelDataIsKept() throws IOException {
        String header = "2800 1000 5553 0200 0200 e07f 1000 4f57 0000 00000100 ";
        assertArrayEquals(bytes("010203"), read(EXPLICIT, header + "010203").getBytes(Tag.PixelData));
        Attributes encapsulated = read(
                TransferSyntax.RLE,
                "e07f 1000 4f42 0000 ffffffff feff 00e0 00000000 feff 00e0 04000000 01020304 feff 00e0 10000000 0506");
        var fragments = assertInstanceOf(Fragments.class, encapsulated.get(Tag.PixelData));
        assertEquals(2, fragments.size());
        assertArrayEquals(bytes("0506"), fragments.get(1));
        Attributes referenced = DicomReader.readDataset(
                new ByteArrayInputStream(bytes(header + "010203")),
                EXPLICIT,
                ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE));
        assertEquals(3, referenced.get(Tag.PixelData).length());
    }

    @Test
    void paddingAfterTheLastElementIsNothing() throws IOException {
        Attributes dataset = read(EXPLICIT, PATIENT_ID + "fcff fcff 4f42 0000 04000000 00000000" + "00".repeat(64));
        assertEquals(2, dataset.size());
        assertEquals(1, read(EXPLICIT, PATIENT_ID + "000000").size());
    }

    @Test
    void aMissingItemDelimiterEndsWithTheSequence() throws IOException {
        Attributes dataset = read(
                EXPLICIT,
                "0800 1011 5351 0000 ffffffff feff 00e0 ffffffff 0800 5511 5549 0400 312e3200 feff dde0 00000000"
                        + PATIENT_ID);
        assertEquals("1.2", dataset.getItem(Tag.ReferencedStudySequence, 0).getString(Tag.ReferencedSOPInstanceUID));
        assertEquals("1234", dataset.getString(Tag.PatientID));
    }

    @Test
    void signedAndUnsignedAreToldByPixelRepresentation() throws IOException {
        String rest = "2800 0601 02000000 fdff";
        assertEquals(-3, read(IMPLICIT, "2800 0301 02000000 0100" + rest).getInt(Tag.SmallestImagePixelValue, 0));
        assertEquals(65533, read(IMPLICIT, "2800 0301 02000000 0000" + rest).getInt(Tag.SmallestImagePixelValue, 0));
        Attributes nested = read(IMPLICIT, "2800 0301 02000000 0100 5200 2700 12000000 feff 00e0 0a000000" + rest);
        assertEquals(-3, nested.getItem(0x00520027, 0).getInt(Tag.SmallestImagePixelValue, 0));
    }

    @Test
    void configuredPrivateElementsHaveTheirVrInImplicitVr() throws IOException {
        var entry = new Dictionary.Entry(0x00991001, VR.DS, "TestNumber", 1, 1, "ISENGARD");
        Dictionary dictionary = Dictionary.standard().withPrivate(List.of(entry));
        Attributes dataset = DicomReader.readDataset(
                bytes("9900 2000 08000000 4953454e47415244 9900 0120 04000000 312e3520 9900 0220 02000000 0102"),
                IMPLICIT,
                ReadOptions.defaults().withDictionary(dictionary));
        assertEquals(VR.DS, dataset.get(0x00992001).vr());
        assertEquals(1.5, dataset.getDouble(0x00992001, 0));
        assertEquals("1.5", dataset.getString("ISENGARD", 0x00990001));
        assertEquals(VR.UN, dataset.get(0x00992002).vr());
        assertEquals("TestNumber", DicomJson.name(dataset, 0x00992001, dictionary));
    }

    @Test
    void readingStopsWhereItShouldAndReadsNoFurther() throws IOException {
        byte[] header = bytes(CHARSET + PATIENT_ID + "e07f 1000 4f57 0000 fcffffff");
        var endless = new InputStream() {
            private long position;

            @Override
            public int read() {
                return position < header.length ? header[(int) position++] & 0xff : position++ >= 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] target, int start, int length) {
                int count = Math.min(length, 100);
                for (int i = 0; i < count; i++) {
                    target[start + i] = (byte) read();
                }
                return count;
            }
        };
        Attributes dataset = DicomReader.readDataset(endless, EXPLICIT, ReadOptions.header());
        assertEquals(2, dataset.size());
        assertTrue(endless.position < 20_000, () -> endless.position + " bytes were read");
        assertEquals(
                1,
                DicomReader.readDataset(header, EXPLICIT, ReadOptions.defaults().withStopAt(Tag.PatientID))
                        .size());
    }

    @Test
    void referencedMultiframesOfFourGigabytesAreIndexedNotHeld() throws IOException {
        byte[] header = bytes(CHARSET + "e07f 1000 4f42 0000 ffffffff feff 00e0 00000000");
        int frames = 4;
        long length = 1L << 30;
        var source = new InputStream() {
            private long position;
            private final byte[] item = bytes("feff 00e0 00000040");
            private final byte[] end = bytes("feff dde0 00000000");

            private int at(long p) {
                if (p < header.length) {
                    return header[(int) p];
                }
                long q = p - header.length;
                long frame = q / (length + 8);
                if (frame >= frames) {
                    long r = q - frames * (length + 8);
                    return r < 8 ? end[(int) r] : -999;
                }
                long inFrame = q % (length + 8);
                return inFrame < 8 ? item[(int) inFrame] : 0;
            }

            @Override
            public int read() {
                int b = at(position);
                if (b == -999) {
                    return -1;
                }
                position++;
                return b & 0xff;
            }

            @Override
            public int read(byte[] target, int start, int count) {
                int i = 0;
                for (; i < count; i++) {
                    int b = read();
                    if (b < 0) {
                        return i == 0 ? -1 : i;
                    }
                    target[start + i] = (byte) b;
                }
                return i;
            }

            @Override
            public long skip(long n) {
                position += n;
                return n;
            }
        };
        Attributes dataset = DicomReader.readDataset(
                source,
                TransferSyntax.JPEG_BASELINE,
                ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE));
        var fragments = assertInstanceOf(Fragments.class, dataset.get(Tag.PixelData));
        assertEquals(frames, fragments.size());
        assertEquals(frames * length, fragments.totalLength());
        assertEquals(header.length + 8 + 3 * (length + 8), fragments.offset(3));
    }

    // ------------------------------------------------------------------ refusal

    @Test
    void whatIsNotDicomIsRefused() {
        assertThrows(DicomException.class, () -> DicomReader.read(new byte[0]));
        assertThrows(
                DicomException.class, () -> DicomReader.read("This is just a line of text, nothing more".getBytes()));
        assertThrows(DicomException.class, () -> DicomReader.read(new byte[1000]));
        assertThrows(DicomException.class, () -> DicomReader.read(bytes("89504e470d0a1a0a0000000d49484452")));
    }

    @Test
    void errorsNameThePathAndTheOffset() {
        DicomException e = refused(
                IMPLICIT, "0800 1011 1c000000 feff 00e0 00000000 feff 00e0 0c000000 0800 5511 ff000000 312e3200");
        assertTrue(e.getMessage().contains("0008,1110[1].0008,1155"), e.getMessage());
        assertTrue(e.getMessage().contains("byte 32"), e.getMessage());
        assertEquals(32, e.offset());
    }

    @Test
    void lengthsBeyondTheDataAreRefusedWithoutAllocation() {
        refused(EXPLICIT, "1000 2000 4c4f 0500 31323334");
        refused(EXPLICIT, "0900 0110 4f42 0000 f0ffff7f 0102");
        refused(IMPLICIT, "1000 2000 f0ffffef 31323334");
        refused(IMPLICIT, "0800 1011 ffffff00 feff 00e0 ffffff00");
        refused(EXPLICIT, "1000 2000 4c4f ffff");
        refused(EXPLICIT, "0900 0110 4f42 0000");
    }

    @Test
    void valuesAndSequencesThatDoNotFitTheirParentAreRefused() {
        refused(IMPLICIT, "0800 1011 08000000 feff 00e0 10000000 0800 5511 08000000 0102030405060708");
        refused(IMPLICIT, "0800 1011 10000000 1000 2000 00000000 0000000000000000");
        refused(IMPLICIT, "1000 1000 ffffffff 1000 2000 00000000");
        refused(EXPLICIT, "feff 00e0 00000000");
    }

    @Test
    void nestingIsBounded() {
        String level = "0800 1011 ffffffff feff 00e0 ffffffff";
        DicomException e = refused(IMPLICIT, level.repeat(65));
        assertTrue(e.getMessage().contains("nested more than 64"), e.getMessage());
        assertThrows(
                DicomException.class,
                () -> DicomReader.readDataset(
                        bytes(level.repeat(3)), IMPLICIT, ReadOptions.defaults().withMaxDepth(2)));
    }

    @Test
    void elementsAreCounted() {
        String items = "0800 1011 ffffffff" + "feff 00e0 00000000".repeat(100);
        DicomException e = assertThrows(
                DicomException.class,
                () -> DicomReader.readDataset(
                        bytes(items), IMPLICIT, ReadOptions.defaults().withMaxElements(50)));
        assertTrue(e.getMessage().contains("more than 50"), e.getMessage());
    }

    @Test
    void hugeDatasetsInReverseOrderAreRefusedInTime() {
        var bytes = new byte[8 * 200_000];
        for (int i = 0; i < 200_000; i++) {
            int tag = 0x7f000000 - 2 * i;
            Bytes.put16(bytes, 8 * i, tag >>> 16);
            Bytes.put16(bytes, 8 * i + 2, tag);
        }
        assertThrows(DicomException.class, () -> DicomReader.readDataset(bytes, IMPLICIT, ReadOptions.defaults()));
    }

    @Test
    void inflatingIsBounded() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var deflated = new DeflaterOutputStream(bomb, new Deflater(9, true))) {
            deflated.write(bytes("e07f 1000 4f42 0000 00000010"));
            for (int i = 0; i < 1 << 12; i++) {
                deflated.write(new byte[1 << 16]);
            }
        }
        assertTrue(bomb.size() < 300_000);
        DicomException tooLarge = assertThrows(
                DicomException.class,
                () -> DicomReader.readDataset(
                        bomb.toByteArray(),
                        TransferSyntax.DEFLATED,
                        ReadOptions.defaults().withMaxInflated(1 << 20, 300)));
        assertTrue(tooLarge.getMessage().contains("beyond the bounds"), tooLarge.getMessage());
        assertThrows(
                DicomException.class,
                () -> DicomReader.readDataset(bomb.toByteArray(), TransferSyntax.DEFLATED, ReadOptions.defaults()));
        assertFalse(DicomReader.readDataset(
                        bomb.toByteArray(),
                        TransferSyntax.DEFLATED,
                        ReadOptions.header().withMaxInflated(1 << 20, 300))
                .contains(Tag.PixelData));
    }

    @Test
    void aDamagedDeflatedDatasetIsRefused() {
        assertThrows(
                DicomException.class,
                () -> DicomReader.readDataset(
                        bytes("ffffffffffffffffffff"), TransferSyntax.DEFLATED, ReadOptions.defaults()));
    }
}
