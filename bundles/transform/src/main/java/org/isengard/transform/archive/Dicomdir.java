package org.isengard.transform.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Dictionary;
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
    private static final String UTF_8 = "ISO_IR 192";
    private static final int[] PATIENT = {Tag.PatientName, Tag.PatientID};
    private static final int[] STUDY = {
        Tag.StudyDate, Tag.StudyTime, Tag.AccessionNumber, Tag.StudyDescription, Tag.StudyInstanceUID, Tag.StudyID
    };
    private static final int[] SERIES = {Tag.Modality, Tag.SeriesInstanceUID, Tag.SeriesNumber};
    private static final int[] IMAGE = {Tag.InstanceNumber};
    /** Attributes that must be there, if need be without a value (type 2 in PS3.3 section F.5). */
    private static final Set<Integer> REQUIRED = Set.of(Tag.PatientName, Tag.AccessionNumber, Tag.StudyDescription);

    /** Attributes that must have a value (type 1), with the value for an instance that has none. */
    private static final Map<Integer, String> STAND_INS = Map.of(
            Tag.PatientID, "UNKNOWN",
            Tag.StudyDate, "19000101",
            Tag.StudyTime, "000000",
            Tag.StudyID, "UNKNOWN",
            Tag.Modality, "OT",
            Tag.SeriesNumber, "0",
            Tag.InstanceNumber, "0");

    private static final Map<VR, Pattern> FORMS = Map.of(
            VR.DA, Pattern.compile("\\d{8}"),
            VR.TM, Pattern.compile("\\d{2}(\\d{2}(\\d{2}(\\.\\d{1,6})?)?)?"),
            VR.IS, Pattern.compile("[+-]?\\d{1,11}"),
            VR.CS, Pattern.compile("[A-Z0-9 _]{1,16}"));

    private static final Map<VR, Integer> LONGEST = Map.of(VR.SH, 16, VR.LO, 64);

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
        String sopClass = dataset.getString(
                Tag.SOPClassUID,
                header.meta().getString(Tag.MediaStorageSOPClassUID, UID.SecondaryCaptureImageStorage));
        attributes.setString(Tag.ReferencedSOPClassUIDInFile, VR.UI, sopClass);
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
        Map<Integer, List<String>> texts = new LinkedHashMap<>();
        for (int key : keys) {
            copy(from, attributes, key, texts);
        }
        if (extended) {
            for (int key : extendedKeys) {
                copy(from, attributes, key, texts);
            }
        }
        // Files come in any character set, wrongly declared ones among them: records are in UTF-8, or in plain ASCII.
        if (texts.values().stream().flatMap(List::stream).anyMatch(text -> !isAscii(text))) {
            attributes.setString(Tag.SpecificCharacterSet, VR.CS, UTF_8);
        }
        texts.forEach((tag, values) ->
                attributes.setString(tag, Dictionary.standard().vrOf(tag, null), values.toArray(String[]::new)));
        return new Node(attributes);
    }

    /** Copies by value, so that the record does not hold the whole data set in memory; text goes to {@code texts}. */
    private static void copy(Attributes from, Attributes to, int tag, Map<Integer, List<String>> texts) {
        VR vr = Dictionary.standard().vrOf(tag, null);
        if (!vr.isString()) {
            if (from.contains(tag)) {
                to.setBytes(tag, vr, from.getBytes(tag).clone());
            }
            return;
        }
        List<String> values = from.getStrings(tag).stream()
                .map(value -> asVr(vr, value.replaceAll("\\p{Cntrl}", "").strip()))
                .toList();
        boolean empty = values.stream().allMatch(String::isEmpty);
        if (!empty) {
            texts.put(tag, tag == Tag.ImageType ? values : List.of(values.get(0)));
        } else if (STAND_INS.containsKey(tag)) {
            texts.put(tag, List.of(STAND_INS.get(tag)));
        } else if (REQUIRED.contains(tag) || from.contains(tag)) {
            to.setNull(tag, vr);
        }
    }

    /** {@return a value as its VR allows it (PS3.5 section 6.2): text may be cut, of the others a wrong one is left out} */
    private static String asVr(VR vr, String value) {
        Pattern form = FORMS.get(vr);
        if (form != null) {
            return form.matcher(value).matches() ? value : "";
        }
        Integer longest = LONGEST.get(vr);
        return longest == null || value.codePointCount(0, value.length()) <= longest
                ? value
                : value.substring(0, value.offsetByCodePoints(0, longest)).strip();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
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
