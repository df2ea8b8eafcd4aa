package org.isengard.dicom;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HexFormat;
import java.util.List;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;

/** Data sets and bytes the tests share. */
final class TestData {
    private TestData() {}

    /** Every VR, a nested sequence, private elements; no pixel data. */
    static Attributes dataset() {
        var d = new Attributes();
        d.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        d.setString(Tag.SOPClassUID, VR.UI, UID.CTImageStorage);
        d.setString(Tag.SOPInstanceUID, VR.UI, "2.25.1");
        d.setString(Tag.StudyDate, VR.DA, "20200102");
        d.setString(Tag.StudyTime, VR.TM, "101112.5");
        d.setString(Tag.AcquisitionDateTime, VR.DT, "20200102101112");
        d.setString(Tag.RetrieveAETitle, VR.AE, "ONE", "TWO");
        d.setString(Tag.LongCodeValue, VR.UC, "long");
        d.setString(Tag.URNCodeValue, VR.UR, "urn:x");
        d.setString(Tag.PatientName, VR.PN, "Müller^Jürgen=山田^太郎");
        d.setString(Tag.PatientID, VR.LO, "ID");
        d.setString(Tag.PatientAge, VR.AS, "042Y");
        d.setString(Tag.PatientWeight, VR.DS, "70.5");
        d.setString(Tag.AdditionalPatientHistory, VR.LT, "one\\two");
        d.setInt(Tag.InstanceNumber, VR.IS, 7);
        d.setString(Tag.StudyInstanceUID, VR.UI, "2.25.2");
        d.setString(Tag.SeriesInstanceUID, VR.UI, "2.25.3");
        d.setInt(Tag.Rows, VR.US, 513);
        d.setInt(Tag.SmallestImagePixelValue, VR.SS, -3);
        d.setInt(Tag.PixelRepresentation, VR.US, 1);
        d.setLong(Tag.DataPointRows, VR.UL, 4294967295L);
        d.setInt(Tag.ReferencePixelX0, VR.SL, -70000);
        d.setDouble(Tag.RecommendedDisplayFrameRateInFloat, VR.FL, 2.5);
        d.setDouble(Tag.DataCollectionCenterPatient, VR.FD, 1.25, -2.5);
        d.setString(Tag.FrameIncrementPointer, VR.AT, "0018,1063");
        d.setString(Tag.TextValue, VR.UT, "free text");
        d.setString(Tag.DerivationDescription, VR.ST, "short text");
        d.setBytes(Tag.RedPaletteColorLookupTableData, VR.OW, bytes("01 02 03 04"));
        d.setBytes(Tag.ExtendedOffsetTable, VR.OV, bytes("01 02 03 04 05 06 07 08"));
        d.setLong(Tag.SelectorUVValue, VR.UV, 1L << 40);
        d.setLong(Tag.SelectorSVValue, VR.SV, -(1L << 40));
        d.setBytes(Tag.TrackPointIndexList, VR.OL, bytes("01 02 03 04"));
        d.setBytes(Tag.VectorGridData, VR.OF, bytes("00 00 80 3f"));
        d.setBytes(Tag.DoubleFloatPixelData, VR.OD, bytes("01 02 03 04 05 06 07 08"));
        Sequence outer = d.newSequence(Tag.ReferencedStudySequence);
        Attributes item = outer.newItem();
        item.setString(Tag.ReferencedSOPInstanceUID, VR.UI, "2.25.4");
        item.newSequence(Tag.ReferencedSeriesSequence).newItem().setString(Tag.SeriesDescription, VR.LO, "série");
        outer.newItem();
        d.newSequence(Tag.RequestAttributesSequence);
        d.setString(d.reservePrivateTag("ISENGARD TEST", 0x00990001), VR.LO, "private");
        d.setBytes(d.reservePrivateTag("ISENGARD TEST", 0x00990002), VR.UN, bytes("01 02"));
        d.setBytes(Tag.DataSetTrailingPadding, VR.OB, bytes("00 00"));
        return d;
    }

    static Attributes withPixels(boolean encapsulated) {
        Attributes d = dataset();
        d.remove(Tag.DoubleFloatPixelData);
        if (encapsulated) {
            d.setFragments(
                    Tag.PixelData,
                    VR.OB,
                    bytes("00 00 00 00"),
                    List.of(bytes("01 02 03 04"), bytes("05 06"), new byte[0]));
        } else {
            d.setBytes(Tag.PixelData, VR.OW, bytes("01 02 03 04 05 06"));
        }
        return d;
    }

    static byte[] file(Attributes dataset, TransferSyntax syntax) throws IOException {
        var out = new ByteArrayOutputStream();
        DicomWriter.write(out, null, dataset, syntax);
        return out.toByteArray();
    }

    static byte[] bare(Attributes dataset, TransferSyntax syntax) throws IOException {
        var out = new ByteArrayOutputStream();
        DicomWriter.writeDataset(out, dataset, syntax);
        return out.toByteArray();
    }

    /** All that can be seen of a data set. */
    static String show(Attributes dataset) throws IOException {
        var text = new StringWriter();
        try (var json = new JsonFactory().createGenerator(text)) {
            DicomJson.write(
                    json,
                    dataset,
                    DicomJson.Format.FULL,
                    JsonOptions.defaults().withBinary(JsonOptions.Binary.DATA_URI));
        }
        return text.toString();
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
