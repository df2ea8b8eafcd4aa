package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private final Dictionary dictionary = Dictionary.standard();

    @Test
    void tagsAreWrittenInSeveralWays() {
        for (String text : List.of("0010,0020", "0010-0020", "00100020", "PatientID")) {
            assertEquals(OptionalInt.of(Tag.PatientID), Tags.parse(text, dictionary));
        }
        for (String text : List.of("", "NoSuchTag", "0010/0020", "0010,002g", "001000200")) {
            assertEquals(OptionalInt.empty(), Tags.parse(text, dictionary));
        }
        assertEquals("7fe0,0010", Tags.toString(Tag.PixelData));
        assertEquals("7FE00010", Tags.toHex(Tag.PixelData));
    }

    @Test
    void theDictionaryKnowsRepeatingGroupsAndPrivateBlocks() {
        assertEquals("OverlayData", dictionary.nameOf(0x60123000, null));
        assertEquals("RETIRED_CurveData", dictionary.nameOf(0x50043000, null));
        assertEquals("RETIRED_SourceImageIDs", dictionary.nameOf(0x00203142, null));
        assertNull(dictionary.lookup(0x60119999, null));
        assertEquals("PrivateCreator", dictionary.nameOf(0x00290010, null));
        assertEquals("GenericGroupLength", dictionary.nameOf(0x00100000, null));
        assertEquals("AutoTrackPeak", dictionary.nameOf(0x00131516, "GEMS_GENIE_1"));
        assertNull(dictionary.lookup(0x00131516, "OTHER"));
        assertEquals(VR.OW, dictionary.vrOf(Tag.PixelData, null));
        assertEquals(VR.UN, dictionary.vrOf(0x00091001, null));
        assertEquals(
                new Dictionary.Entry(Tag.PatientName, VR.PN, "PatientName", 1, 1, null),
                dictionary.byName("PatientName"));
        assertEquals(-1, dictionary.byName("ImageType").vmMax());
        assertEquals(
                Tag.RETIRED_LengthToEnd,
                dictionary.byName("RETIRED_LengthToEnd").tag());
    }

    @Test
    void tagsAreValuesToo() {
        Attributes dataset = new Attributes();
        dataset.setInt(Tag.OffendingElement, VR.AT, Tag.PatientID, 0xfffee000);
        assertEquals(Tag.PatientID, dataset.getInt(Tag.OffendingElement, 0));
        assertEquals(List.of("0010,0020", "fffe,e000"), dataset.getStrings(Tag.OffendingElement));
        dataset.setLong(Tag.OffendingElement, VR.AT, 0xfffee000L);
        assertEquals("fffe,e000", dataset.getString(Tag.OffendingElement));
        assertThrows(IllegalArgumentException.class, () -> dataset.setLong(Tag.OffendingElement, VR.AT, 1L << 32));
    }

    @Test
    void uidsAreMadeCheckedAndNamed() {
        String uid = UIDs.generate();
        assertTrue(UIDs.isValid(uid) && uid.startsWith("2.25."), uid);
        for (String bad : List.of("", "1..2", "1.02", ".1", "1.", "1.a", "1".repeat(65))) {
            assertFalse(UIDs.isValid(bad), bad);
        }
        assertTrue(UIDs.isValid("1.0.2"));
        assertTrue(UIDs.isStorageSopClass(UID.CTImageStorage));
        assertFalse(UIDs.isStorageSopClass(UID.Verification));
        assertFalse(UIDs.isStorageSopClass(UID.StorageCommitmentPushModel));
        assertEquals("CT Image Storage", UIDs.name(UID.CTImageStorage));
        assertEquals("1.2.3", UIDs.name("1.2.3"));
        assertTrue(TransferSyntax.of("1.2.3").encapsulated());
        assertSame(TransferSyntax.DEFLATED, TransferSyntax.of(UID.DeflatedExplicitVRLittleEndian));
        assertFalse(TransferSyntax.JPEG_LOSSLESS.lossy());
        assertTrue(TransferSyntax.JPEG_BASELINE.lossy());
    }

    @Test
    void valuesAreReadAsTextAndAsNumbers() {
        var d = new Attributes();
        d.setString(Tag.ImageType, VR.CS, "ORIGINAL ", " PRIMARY");
        assertEquals("ORIGINAL", d.getString(Tag.ImageType));
        assertEquals(List.of("ORIGINAL", "PRIMARY"), d.getStrings(Tag.ImageType));
        d.setString(Tag.PixelSpacing, VR.DS, "0.5", "x");
        assertEquals(0.5, d.getDoubles(Tag.PixelSpacing)[0]);
        assertTrue(Double.isNaN(d.getDoubles(Tag.PixelSpacing)[1]));
        assertEquals(0, d.getInts(Tag.PixelSpacing).length);
        d.setString(Tag.InstanceNumber, VR.IS, " +12 ");
        assertEquals(12, d.getInt(Tag.InstanceNumber, 0));
        d.setString(Tag.InstanceNumber, VR.IS, "twelve");
        assertEquals(3, d.getInt(Tag.InstanceNumber, 3));
        d.setInt(Tag.Rows, VR.US, 1, 65535);
        assertEquals(List.of("1", "65535"), d.getStrings(Tag.Rows));
        assertArrayEquals(new int[] {1, 65535}, d.getInts(Tag.Rows));
        assertThrows(IllegalArgumentException.class, () -> d.setInt(Tag.Rows, VR.US, 65536));
        assertThrows(IllegalArgumentException.class, () -> d.setInt(Tag.Rows, VR.US, -1));
        d.setDouble(Tag.SliceThickness, VR.DS, 1 / 3.0);
        assertTrue(d.getString(Tag.SliceThickness).length() <= 16);
        assertEquals(1 / 3.0, d.getDouble(Tag.SliceThickness, 0), 1e-12);
        d.setNull(Tag.Columns, VR.US);
        assertNull(d.getString(Tag.Columns));
        assertEquals(9, d.getInt(Tag.Columns, 9));
        assertNull(d.getString(Tag.PatientName));
        assertEquals("none", d.getString(Tag.PatientName, "none"));
    }

    @Test
    void elementsStayInUnsignedOrder() {
        var d = new Attributes();
        d.setNull(Tag.DataSetTrailingPadding, VR.OB);
        d.setNull(Tag.PixelData, VR.OW);
        d.setNull(Tag.PatientID, VR.LO);
        assertEquals(List.of(Tag.PatientID, Tag.PixelData, Tag.DataSetTrailingPadding), d.tags());
        assertEquals(VR.OW, d.remove(Tag.PixelData).vr());
        assertEquals(2, d.size());
    }

    @Test
    void privateBlocksAreFoundAndReserved() {
        var d = new Attributes();
        assertEquals(0x00991001, d.reservePrivateTag("ONE", 0x00990001));
        assertEquals(0x00991102, d.reservePrivateTag("TWO", 0x00990002));
        assertEquals(0x00991003, d.reservePrivateTag("ONE", 0x00990003));
        assertEquals("TWO", d.privateCreatorOf(0x00991102));
        assertEquals(OptionalInt.empty(), d.privateTag("THREE", 0x00990001));
    }

    @Test
    void aCopySharesNoItemsAndKeepsTheCharacterSet() {
        var d = new Attributes();
        d.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 144");
        Attributes item = d.newSequence(Tag.ReferencedStudySequence).newItem();
        item.setBytes(Tag.PatientName, VR.PN, new byte[] {(byte) 0xbb});
        assertEquals("Л", item.getString(Tag.PatientName));
        Attributes copy = item.copy();
        assertEquals("Л", copy.getString(Tag.PatientName));
        Attributes whole = d.copy();
        assertNotSame(item, whole.getItem(Tag.ReferencedStudySequence, 0));
        whole.getItem(Tag.ReferencedStudySequence, 0).remove(Tag.PatientName);
        assertTrue(item.contains(Tag.PatientName));
    }

    @Test
    void numbersAreShownAsTheReferenceShowsThem() {
        assertEquals("1", OrthancText.decimal(1));
        assertEquals("0.10000000149011612", OrthancText.decimal(0.1f));
        assertEquals("0.001", OrthancText.decimal(0.001));
        assertEquals("1.0000000000000001e-05", OrthancText.decimal(1e-5));
        assertEquals("1e+20", OrthancText.decimal(1e20));
        assertEquals("-2.4999999999999999e-07", OrthancText.decimal(-2.5e-7));
        assertEquals("nan", OrthancText.decimal(Double.NaN));
    }
}
