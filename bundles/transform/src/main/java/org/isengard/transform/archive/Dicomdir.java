package org.isengard.transform.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.dicom.WriteOptions;

/** The directory of a medium (PS3.3 annex F, PS3.10 section 8), built while its files are packed. */
final class Dicomdir {
    private static final int IN_USE = 0xffff;
    private static final int[] PATIENT = {Tag.PatientName, Tag.PatientID};
    private static final int[] STUDY = {
        Tag.StudyDate, Tag.StudyTime, Tag.AccessionNumber, Tag.StudyDescription, Tag.StudyInstanceUID, Tag.StudyID
    };
    private static final int[] SERIES = {Tag.Modality, Tag.SeriesInstanceUID, Tag.SeriesNumber};
    private static final int[] IMAGE = {Tag.InstanceNumber};
    /** Attributes that must be there, if need be without a value (type 2 in PS3.3 section F.5). */
    private static final Set<Integer> REQUIRED = Set.of(Tag.PatientName, Tag.AccessionNumber, Tag.StudyDescription);

    private static final int[] EXTENDED_PATIENT = {Tag.PatientBirthDate, Tag.PatientSex};
    private static final int[] EXTENDED_SERIES = {
        Tag.SeriesDate, Tag.SeriesTime, Tag.SeriesDescription, Tag.BodyPartExamined, Tag.ProtocolName
    };
    private static final int[] EXTENDED_IMAGE = {Tag.ImageType, Tag.Rows, Tag.Columns};

    /** A record with those below it, by the UID or number that tells them apart. */
    private static final class Node {
        private final Attributes attributes;
        private final Map<String, Node> below = new LinkedHashMap<>();
        private long offset;

        Node(Attributes attributes) {
            this.attributes = attributes;
        }
    }

    private final boolean extended;
    private final Node root = new Node(null);

    Dicomdir(boolean extended) {
        this.extended = extended;
    }

    /**
     * Records one file.
     *
     * @param header of the file as it is on the medium
     * @param name its path on the medium, with slashes
     */
    void add(DicomFile header, String name) {
        Attributes dataset = header.dataset();
        Node patient = root.below.computeIfAbsent(
                dataset.getString(Tag.PatientID, ""), id -> record("PATIENT", dataset, PATIENT, EXTENDED_PATIENT));
        Node study = patient.below.computeIfAbsent(
                dataset.getString(Tag.StudyInstanceUID, ""), uid -> record("STUDY", dataset, STUDY, new int[0]));
        Node series = study.below.computeIfAbsent(
                dataset.getString(Tag.SeriesInstanceUID, ""),
                uid -> record("SERIES", dataset, SERIES, EXTENDED_SERIES));
        Node image = record("IMAGE", dataset, IMAGE, EXTENDED_IMAGE);
        Attributes attributes = image.attributes;
        attributes.setString(Tag.ReferencedFileID, VR.CS, name.split("/"));
        attributes.setString(Tag.ReferencedSOPClassUIDInFile, VR.UI, dataset.getString(Tag.SOPClassUID, ""));
        attributes.setString(Tag.ReferencedSOPInstanceUIDInFile, VR.UI, dataset.getString(Tag.SOPInstanceUID, ""));
        attributes.setString(
                Tag.ReferencedTransferSyntaxUIDInFile,
                VR.UI,
                header.transferSyntax().uid());
        series.below.put(name, image);
    }

    private Node record(String type, Attributes from, int[] keys, int[] extendedKeys) {
        Attributes attributes = new Attributes();
        attributes.setInt(Tag.OffsetOfTheNextDirectoryRecord, VR.UL, 0);
        attributes.setInt(Tag.RecordInUseFlag, VR.US, IN_USE);
        attributes.setInt(Tag.OffsetOfReferencedLowerLevelDirectoryEntity, VR.UL, 0);
        attributes.setString(Tag.DirectoryRecordType, VR.CS, type);
        copy(from, attributes, Tag.SpecificCharacterSet);
        for (int key : keys) {
            copy(from, attributes, key);
        }
        if (extended) {
            for (int key : extendedKeys) {
                copy(from, attributes, key);
            }
        }
        return new Node(attributes);
    }

    private static void copy(Attributes from, Attributes to, int tag) {
        Element element = from.get(tag);
        if (element != null) {
            // By value, so that the record does not hold the whole data set in memory.
            to.setBytes(tag, element.vr(), from.getBytes(tag).clone());
        } else if (REQUIRED.contains(tag)) {
            to.setNull(tag, Dictionary.standard().vrOf(tag, null));
        }
    }

    /** {@return the bytes of the file DICOMDIR} */
    byte[] toBytes() throws IOException {
        List<Node> nodes = new ArrayList<>();
        collect(root, nodes);
        Attributes dataset = new Attributes();
        dataset.setString(Tag.FileSetID, VR.CS, "ISENGARD");
        dataset.setInt(Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, VR.UL, 0);
        dataset.setInt(Tag.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity, VR.UL, 0);
        dataset.setInt(Tag.FileSetConsistencyFlag, VR.US, 0);
        Sequence records = dataset.newSequence(Tag.DirectoryRecordSequence);
        Attributes meta = DicomWriter.fileMetaInformation(
                UID.MediaStorageDirectoryStorage, UIDs.generate(), TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        // Lengths do not depend on the offsets: measured with zeros, then written with what was measured.
        long at = write(meta, dataset).length;
        for (Node node : nodes) {
            node.offset = at;
            ByteArrayOutputStream item = new ByteArrayOutputStream();
            DicomWriter.writeDataset(
                    item,
                    node.attributes,
                    TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                    WriteOptions.defaults().withDefinedLengths());
            at += 8 + item.size();
        }
        link(root);
        List<Node> patients = List.copyOf(root.below.values());
        if (!patients.isEmpty()) {
            dataset.setLong(Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, VR.UL, patients.get(0).offset);
            dataset.setLong(
                    Tag.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity,
                    VR.UL,
                    patients.get(patients.size() - 1).offset);
        }
        nodes.forEach(node -> records.add(node.attributes));
        return write(meta, dataset);
    }

    private static byte[] write(Attributes meta, Attributes dataset) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DicomWriter.write(
                out,
                meta,
                dataset,
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                WriteOptions.defaults().withDefinedLengths());
        return out.toByteArray();
    }

    private static void collect(Node parent, List<Node> nodes) {
        for (Node node : parent.below.values()) {
            nodes.add(node);
            collect(node, nodes);
        }
    }

    private static void link(Node parent) {
        Node previous = null;
        for (Node node : parent.below.values()) {
            if (previous == null && parent.attributes != null) {
                parent.attributes.setLong(Tag.OffsetOfReferencedLowerLevelDirectoryEntity, VR.UL, node.offset);
            } else if (previous != null) {
                previous.attributes.setLong(Tag.OffsetOfTheNextDirectoryRecord, VR.UL, node.offset);
            }
            previous = node;
            link(node);
        }
    }
}
