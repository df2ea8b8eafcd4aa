package org.isengard.transform.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;

class DicomdirTest {
    private static DicomFile instance(String patient, String series, int number) {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.SOPClassUID, VR.UI, UID.CTImageStorage);
        dataset.setString(Tag.SOPInstanceUID, VR.UI, series + "." + number);
        dataset.setString(Tag.Modality, VR.CS, "CT");
        dataset.setString(Tag.PatientID, VR.LO, patient);
        dataset.setString(Tag.PatientName, VR.PN, "Name of " + patient);
        dataset.setString(Tag.StudyInstanceUID, VR.UI, "1.2." + patient.length());
        dataset.setString(Tag.SeriesInstanceUID, VR.UI, series);
        dataset.setString(Tag.InstanceNumber, VR.IS, String.valueOf(number));
        return new DicomFile(new Attributes(), dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 0, -1, null);
    }

    /** Follows the offsets in the bytes, as a reader of the medium does. */
    private static void walk(byte[] file, long offset, List<String> types) throws IOException {
        for (long at = offset; at != 0; ) {
            assertEquals(0xfffe, word(file, at));
            assertEquals(0xe000, word(file, at + 2));
            int length = word(file, at + 4) | word(file, at + 6) << 16;
            Attributes record = DicomReader.readDataset(
                    Arrays.copyOfRange(file, (int) at + 8, (int) at + 8 + length),
                    TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                    ReadOptions.defaults());
            types.add(record.getString(Tag.DirectoryRecordType));
            walk(file, record.getLong(Tag.OffsetOfReferencedLowerLevelDirectoryEntity, 0), types);
            at = record.getLong(Tag.OffsetOfTheNextDirectoryRecord, 0);
        }
    }

    private static int word(byte[] bytes, long at) {
        return bytes[(int) at] & 0xff | (bytes[(int) at + 1] & 0xff) << 8;
    }

    @Test
    void offsetsLeadToEveryRecord() throws IOException {
        Dicomdir dicomdir = new Dicomdir(true);
        dicomdir.add(instance("A", "1.2.3", 1), "IMAGES/IM0");
        dicomdir.add(instance("A", "1.2.3", 2), "IMAGES/IM1");
        dicomdir.add(instance("BB", "1.2.4", 1), "IMAGES/IM2");
        byte[] bytes = dicomdir.toBytes();
        Attributes root = DicomReader.read(bytes, ReadOptions.defaults()).dataset();
        List<String> types = new ArrayList<>();
        walk(bytes, root.getLong(Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, 0), types);
        assertEquals(
                List.of("PATIENT", "STUDY", "SERIES", "IMAGE", "IMAGE", "PATIENT", "STUDY", "SERIES", "IMAGE"), types);
        assertEquals(9, root.getSequence(Tag.DirectoryRecordSequence).size());
        assertEquals(
                List.of("IMAGES", "IM1"),
                root.getItem(Tag.DirectoryRecordSequence, 4).getStrings(Tag.ReferencedFileID));
    }

    /** Type 2 of PS3.3 section F.5: a reader may count on it. */
    @Test
    void whatTheStandardRequiresIsThereWithoutAValue() throws IOException {
        DicomFile bare = instance("A", "1.2.3", 1);
        bare.dataset().remove(Tag.PatientName);
        Dicomdir dicomdir = new Dicomdir(false);
        dicomdir.add(bare, "IMAGES/IM0");
        Attributes root =
                DicomReader.read(dicomdir.toBytes(), ReadOptions.defaults()).dataset();
        Attributes patient = root.getItem(Tag.DirectoryRecordSequence, 0);
        assertTrue(patient.contains(Tag.PatientName));
        Attributes study = root.getItem(Tag.DirectoryRecordSequence, 1);
        for (int tag : new int[] {Tag.AccessionNumber, Tag.StudyDescription}) {
            assertTrue(study.contains(tag));
            assertEquals(null, study.getString(tag));
        }
    }

    /** Type 1 of PS3.3 section F.5: a value must be there, also where an instance has none. */
    @Test
    void whatNeedsAValueHasOne() throws IOException {
        DicomFile bare = instance("A", "1.2.3", 1);
        bare.dataset().setNull(Tag.PatientID, VR.LO);
        bare.dataset().setString(Tag.StudyDate, VR.DA, "UNKNOWN");
        for (int tag : new int[] {Tag.StudyTime, Tag.StudyID, Tag.InstanceNumber}) {
            bare.dataset().remove(tag);
        }
        Dicomdir dicomdir = new Dicomdir(false);
        dicomdir.add(bare, "IMAGES/IM0");
        Sequence records = DicomReader.read(dicomdir.toBytes(), ReadOptions.defaults())
                .dataset()
                .getSequence(Tag.DirectoryRecordSequence);
        assertEquals("UNKNOWN", records.get(0).getString(Tag.PatientID));
        assertEquals("19000101", records.get(1).getString(Tag.StudyDate));
        assertEquals("0", records.get(3).getString(Tag.InstanceNumber));
    }

    @Test
    void textBeyondAsciiIsInUtf8WhateverItsFileHas() throws IOException {
        DicomFile file = instance("A", "1.2.3", 1);
        file.dataset().setCharacterSet("GBK");
        file.dataset().setString(Tag.PatientName, VR.PN, "Li^A=\u4e57^B");
        Dicomdir dicomdir = new Dicomdir(false);
        dicomdir.add(file, "IMAGES/IM0");
        Sequence records = DicomReader.read(dicomdir.toBytes(), ReadOptions.defaults())
                .dataset()
                .getSequence(Tag.DirectoryRecordSequence);
        assertEquals("ISO_IR 192", records.get(0).getString(Tag.SpecificCharacterSet));
        assertEquals("Li^A=\u4e57^B", records.get(0).getString(Tag.PatientName));
        assertFalse(records.get(1).contains(Tag.SpecificCharacterSet));
    }

    @Test
    void anEmptyMediumHasAnEmptyDirectory() throws IOException {
        Attributes root = DicomReader.read(new Dicomdir(false).toBytes(), ReadOptions.defaults())
                .dataset();
        assertEquals(0, root.getLong(Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, -1));
        assertEquals(0, root.getSequence(Tag.DirectoryRecordSequence).size());
    }

    @Test
    void whatDoesNotShrinkIsStored() throws IOException {
        byte[] noise = new byte[10_000];
        new java.util.Random(1).nextBytes(noise);
        DeflatedFile stored = DeflatedFile.of(noise, false);
        assertEquals(10_000, stored.length());
        assertArrayEquals(noise, stored.open().readAllBytes());
        byte[] zeros = new byte[100_000];
        DeflatedFile deflated = DeflatedFile.of(zeros, false);
        assertEquals(false, deflated.stored());
        java.util.zip.Inflater inflater = new java.util.zip.Inflater(true);
        byte[] back = new byte[100_001];
        inflater.setInput(deflated.bytes(), 0, deflated.length());
        try {
            assertEquals(100_000, inflater.inflate(back));
        } catch (java.util.zip.DataFormatException e) {
            throw new IOException(e);
        } finally {
            inflater.end();
        }
    }
}
