package org.isengard.itests.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.itests.demo.Study.Code;

/** What a radiologist says about the images of a tomography: a report, marked images and a letter. */
final class Documents {
    private static final Code MILLIMETRE = new Code("mm", "UCUM", "millimeter");
    private static final Code FINDING_SITE = new Code("363698007", "SCT", "Finding Site");

    private final Tomography images;
    private final Study study;

    Documents(Tomography images) {
        this.images = images;
        this.study = images.study();
    }

    /** The slice that shows the middle of the nodule. */
    private int noduleSlice() {
        return slice(286);
    }

    private int slice(double z) {
        int slice = (int) Math.round((z - images.bottom()) / images.step());
        return Math.max(0, Math.min(images.slices() - 1, slice));
    }

    /** An imaging measurement report (PS3.16 TID 1500). */
    byte[] report(int series, int segmentationSeries) throws IOException {
        Attributes a = study.instance(UID.ComprehensiveSRStorage, "SR", series, 1, "Measurement report");
        a.setNull(Tag.ReferencedPerformedProcedureStepSequence, VR.SQ);
        a.setString(Tag.CompletionFlag, VR.CS, "COMPLETE");
        a.setString(Tag.VerificationFlag, VR.CS, "VERIFIED");
        Attributes observer = a.newSequence(Tag.VerifyingObserverSequence).newItem();
        observer.setString(Tag.VerifyingOrganization, VR.LO, "Orchard General Hospital");
        observer.setString(Tag.VerificationDateTime, VR.DT, study.common().getString(Tag.StudyDate) + "143000");
        observer.setString(Tag.VerifyingObserverName, VR.PN, "Brandt^Ilse^^Dr.");
        observer.setNull(Tag.VerifyingObserverIdentificationCodeSequence, VR.SQ);
        a.setNull(Tag.PerformedProcedureCodeSequence, VR.SQ);
        String nodule = images.instanceUid(noduleSlice());
        String segmentation = study.instanceUid(segmentationSeries, 1);
        Sequence evidence = a.newSequence(Tag.CurrentRequestedProcedureEvidenceSequence);
        Attributes evidenceStudy = evidence.newItem();
        evidenceStudy.setString(Tag.StudyInstanceUID, VR.UI, study.studyUid());
        Sequence evidenceSeries = evidenceStudy.newSequence(Tag.ReferencedSeriesSequence);
        reference(evidenceSeries, study.seriesUid(images.series()), images.sopClass(), List.of(nodule));
        reference(evidenceSeries, study.seriesUid(segmentationSeries), UID.SegmentationStorage, List.of(segmentation));
        Content root = Content.root(a, new Code("126000", "DCM", "Imaging Measurement Report"), "1500");
        root.code(
                        "HAS CONCEPT MOD",
                        new Code("121049", "DCM", "Language of Content Item and Descendants"),
                        new Code("en", "RFC5646", "English"))
                .code(
                        "HAS CONCEPT MOD",
                        new Code("121046", "DCM", "Country of Language"),
                        new Code("GB", "ISO3166_1", "United Kingdom"));
        root.code("HAS OBS CONTEXT", new Code("121005", "DCM", "Observer Type"), new Code("121006", "DCM", "Person"));
        root.person("HAS OBS CONTEXT", new Code("121008", "DCM", "Person Observer Name"), "Brandt^Ilse^^Dr.");
        root.code(
                "HAS CONCEPT MOD",
                new Code("121058", "DCM", "Procedure reported"),
                new Code("241540006", "SCT", "CT of chest and abdomen"));
        Content library = root.container(new Code("111028", "DCM", "Image Library"));
        Content group = library.container(new Code("126200", "DCM", "Image Library Group"));
        group.image("CONTAINS", null, images.sopClass(), nodule);
        Content measurements = root.container(new Code("126010", "DCM", "Imaging Measurements"));
        noduleGroup(measurements, nodule, segmentation);
        organ(measurements, "Liver", new Code("10200004", "SCT", "Liver"), segmentation, 2, "1476", "107.6", "10.3");
        organ(
                measurements,
                "Left kidney",
                new Code("18639004", "SCT", "Left kidney"),
                segmentation,
                3,
                "158",
                "171.2",
                "24.8");
        Content evaluations = root.container(new Code("C0034375", "UMLS", "Qualitative Evaluations"));
        evaluations.text(
                "CONTAINS",
                new Code("121071", "DCM", "Finding"),
                "Solid nodule of 18 mm in the right upper lobe with slightly spiculated margins. No enlarged lymph nodes. "
                        + "Liver, spleen, kidneys and adrenal glands without focal lesion.");
        evaluations.text(
                "CONTAINS",
                new Code("121073", "DCM", "Impression"),
                "Suspicious nodule in the right upper lobe (Lung-RADS 4B). Tissue sampling or PET/CT is recommended.");
        return Pixels.file(a, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    private void noduleGroup(Content measurements, String image, String segmentation) {
        Content group = measurements.container(new Code("125007", "DCM", "Measurement Group"));
        tracking(group, "Nodule 1");
        group.code("CONTAINS", new Code("121071", "DCM", "Finding"), new Code("27925004", "SCT", "Nodule"));
        group.image(
                "CONTAINS", new Code("121191", "DCM", "Referenced Segment"), UID.SegmentationStorage, segmentation, 1);
        group.image("CONTAINS", new Code("121112", "DCM", "Source of Measurement"), images.sopClass(), image);
        group.code("HAS CONCEPT MOD", FINDING_SITE, new Code("42400003", "SCT", "Upper lobe of right lung"));
        group.number(new Code("103339001", "SCT", "Long Axis"), "18.6", MILLIMETRE);
        group.number(new Code("103340004", "SCT", "Short Axis"), "17.2", MILLIMETRE);
        group.number(new Code("118565006", "SCT", "Volume"), "3.07", new Code("cm3", "UCUM", "cubic centimeter"));
        group.number(new Code("112031", "DCM", "Attenuation Coefficient"), "88", HOUNSFIELD)
                .code("HAS CONCEPT MOD", new Code("121401", "DCM", "Derivation"), new Code("373098007", "SCT", "Mean"));
    }

    private static final Code HOUNSFIELD = new Code("[hnsf'U]", "UCUM", "Hounsfield unit");

    private void organ(
            Content measurements,
            String name,
            Code organ,
            String segmentation,
            int segment,
            String volume,
            String mean,
            String deviation) {
        Content group = measurements.container(new Code("125007", "DCM", "Measurement Group"));
        tracking(group, name);
        group.code("CONTAINS", new Code("121071", "DCM", "Finding"), organ);
        group.image(
                "CONTAINS",
                new Code("121191", "DCM", "Referenced Segment"),
                UID.SegmentationStorage,
                segmentation,
                segment);
        group.number(new Code("118565006", "SCT", "Volume"), volume, new Code("cm3", "UCUM", "cubic centimeter"));
        Code derivation = new Code("121401", "DCM", "Derivation");
        Code attenuation = new Code("112031", "DCM", "Attenuation Coefficient");
        group.number(attenuation, mean, HOUNSFIELD)
                .code("HAS CONCEPT MOD", derivation, new Code("373098007", "SCT", "Mean"));
        group.number(attenuation, deviation, HOUNSFIELD)
                .code("HAS CONCEPT MOD", derivation, new Code("386136009", "SCT", "Standard Deviation"));
    }

    private void tracking(Content group, String name) {
        group.text("HAS OBS CONTEXT", new Code("112039", "DCM", "Tracking Identifier"), name);
        group.uid(
                "HAS OBS CONTEXT",
                new Code("112040", "DCM", "Tracking Unique Identifier"),
                Study.uid(study.key() + "/tracking/" + name));
    }

    private static void reference(Sequence allSeries, String series, String sopClass, List<String> instances) {
        Attributes item = allSeries.newItem();
        item.setString(Tag.SeriesInstanceUID, VR.UI, series);
        Sequence references = item.newSequence(Tag.ReferencedSOPSequence);
        for (String instance : instances) {
            Attributes reference = references.newItem();
            reference.setString(Tag.ReferencedSOPClassUID, VR.UI, sopClass);
            reference.setString(Tag.ReferencedSOPInstanceUID, VR.UI, instance);
        }
    }

    /** Slices marked as key images (PS3.16 TID 2010). */
    byte[] keyImages(int series) throws IOException {
        Attributes a = study.instance(UID.KeyObjectSelectionDocumentStorage, "KO", series, 1, "Key images");
        a.setNull(Tag.ReferencedPerformedProcedureStepSequence, VR.SQ);
        List<String> instances = new ArrayList<>();
        for (int z : new int[] {286, 214, 142}) {
            String uid = images.instanceUid(slice(z));
            if (!instances.contains(uid)) {
                instances.add(uid);
            }
        }
        Attributes evidence =
                a.newSequence(Tag.CurrentRequestedProcedureEvidenceSequence).newItem();
        evidence.setString(Tag.StudyInstanceUID, VR.UI, study.studyUid());
        Sequence evidenceSeries = evidence.newSequence(Tag.ReferencedSeriesSequence);
        reference(evidenceSeries, study.seriesUid(images.series()), images.sopClass(), instances);
        Content root = Content.root(a, new Code("113000", "DCM", "Of Interest"), "2010");
        root.text(
                "CONTAINS",
                new Code("113012", "DCM", "Key Object Description"),
                "Nodule in the right upper lobe, the heart, and the liver");
        for (String instance : instances) {
            root.image("CONTAINS", null, images.sopClass(), instance);
        }
        return Pixels.file(a, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    /** A letter as encapsulated PDF (PS3.3 section A.45.1). */
    byte[] letter(int series) throws IOException {
        Attributes a =
                study.instance(UID.EncapsulatedPDFStorage, "DOC", series, 1, "Letter to the referring physician");
        a.setString(Tag.ConversionType, VR.CS, "WSD");
        String date = study.common().getString(Tag.StudyDate);
        a.setString(Tag.AcquisitionDateTime, VR.DT, date + "150000");
        a.setString(Tag.BurnedInAnnotation, VR.CS, "YES");
        a.setString(Tag.DocumentTitle, VR.ST, "Letter to the referring physician");
        Study.code(a, Tag.ConceptNameCodeSequence, new Code("11528-7", "LN", "Radiology Report"));
        a.setString(Tag.MIMETypeOfEncapsulatedDocument, VR.LO, "application/pdf");
        byte[] pdf = pdf(List.of(
                "Orchard General Hospital, Department of Radiology",
                "",
                "CT of the chest and abdomen, " + date.substring(0, 4) + "-" + date.substring(4, 6) + "-"
                        + date.substring(6),
                "",
                "Dear colleague,",
                "",
                "thank you for sending us your patient. The examination shows a solid nodule",
                "of 18 mm in the right upper lobe. We recommend PET/CT or tissue sampling.",
                "Liver, spleen, pancreas and kidneys are without abnormality.",
                "",
                "With kind regards,",
                "Dr. Ilse Brandt",
                "",
                "This letter and its patient are invented."));
        a.setBytes(Tag.EncapsulatedDocument, VR.OB, pdf);
        a.setLong(Tag.EncapsulatedDocumentLength, VR.UL, pdf.length);
        return Pixels.file(a, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    /** {@return a PDF of one A4 page with lines of text; the first one large} */
    static byte[] pdf(List<String> lines) {
        StringBuilder page = new StringBuilder("BT /F1 16 Tf 64 770 Td 20 TL ");
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)");
            page.append('(').append(text).append(") Tj T* ").append(i == 0 ? "/F1 11 Tf " : "");
        }
        page.append("ET 0.2 0.45 0.4 rg 64 760 467 2 re f");
        String[] objects = {
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
                    + " /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length " + page.length() + " >>\nstream\n" + page + "\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        };
        StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
        StringBuilder table = new StringBuilder("xref\n0 6\n0000000000 65535 f \n");
        for (int i = 0; i < objects.length; i++) {
            table.append(String.format(Locale.ROOT, "%010d 00000 n \n", pdf.length()));
            pdf.append(i + 1).append(" 0 obj\n").append(objects[i]).append("\nendobj\n");
        }
        int start = pdf.length();
        pdf.append(table).append("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n");
        pdf.append(start).append("\n%%EOF\n");
        if (pdf.length() % 2 == 1) {
            pdf.append('\n');
        }
        return pdf.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
