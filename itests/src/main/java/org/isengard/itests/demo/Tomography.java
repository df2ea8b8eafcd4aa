package org.isengard.itests.demo;

import java.io.IOException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.itests.demo.Tissue.Contrast;

/**
 * A series of axial CT or MR images of a body.
 *
 * @param slices how many; slice 0 lies at {@code bottom}
 * @param step millimetres from slice to slice
 * @param noise standard deviation, in HU or arbitrary units
 * @param window centre and width
 */
record Tomography(
        Study study,
        int series,
        String text,
        Body body,
        Contrast contrast,
        Grid grid,
        int slices,
        double bottom,
        double step,
        double noise,
        int[] window,
        TransferSyntax syntax) {

    boolean ct() {
        return contrast == Contrast.CT || contrast == Contrast.CT_ENHANCED;
    }

    double z(int slice) {
        return bottom + slice * step;
    }

    String frameOfReference() {
        return Study.uid(study.key() + "/frame");
    }

    /** CT slices are numbered from the head down. */
    int number(int slice) {
        return ct() ? slices - slice : slice + 1;
    }

    String sopClass() {
        return ct() ? UID.CTImageStorage : UID.MRImageStorage;
    }

    String instanceUid(int slice) {
        return study.instanceUid(series, number(slice));
    }

    byte[] file(int slice) throws IOException {
        Attributes a = study.instance(sopClass(), ct() ? "CT" : "MR", series, number(slice), text);
        a.setString(Tag.ImageType, VR.CS, "ORIGINAL", "PRIMARY", ct() ? "AXIAL" : "OTHER");
        a.setString(Tag.PatientPosition, VR.CS, "HFS");
        a.setInt(Tag.AcquisitionNumber, VR.IS, 1);
        Pixels.place(a, frameOfReference(), grid, z(slice), step);
        float[] values = body.slice(grid, z(slice), contrast);
        if (ct()) {
            computed(a, values, slice);
        } else {
            magnetic(a, values, slice);
        }
        Pixels.window(a, window[0], window[1]);
        return Pixels.file(a, syntax);
    }

    private void computed(Attributes a, float[] values, int slice) {
        Body.noise(values, grid.columns(), noise, series * 1000 + slice);
        a.setString(
                Tag.BodyPartExamined,
                VR.CS,
                study.common().getString(Tag.StudyDescription).contains("head") ? "HEAD" : "CHEST");
        a.setString(Tag.KVP, VR.DS, "120");
        a.setString(Tag.XRayTubeCurrent, VR.IS, "210");
        a.setString(Tag.ExposureTime, VR.IS, "500");
        a.setString(Tag.ConvolutionKernel, VR.SH, "STANDARD");
        a.setString(Tag.RescaleIntercept, VR.DS, "-1024");
        a.setString(Tag.RescaleSlope, VR.DS, "1");
        a.setString(Tag.RescaleType, VR.LO, "HU");
        if (contrast == Contrast.CT_ENHANCED) {
            a.setString(Tag.ContrastBolusAgent, VR.LO, "Iohexol 350");
            a.setString(Tag.ContrastBolusRoute, VR.LO, "IV");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] += 1024;
        }
        Pixels.grey(a, grid.rows(), grid.columns(), 12, false, values);
    }

    private void magnetic(Attributes a, float[] values, int slice) {
        for (int i = 0; i < values.length; i++) {
            double x = grid.x(i % grid.columns());
            double y = grid.y(i / grid.columns());
            // Coils receive less from the middle of the head.
            values[i] *= (float) (0.86 + (x * x + y * y) / 48_000);
        }
        Body.noise(values, grid.columns(), noise, series * 1000 + slice);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        a.setString(Tag.BodyPartExamined, VR.CS, "HEAD");
        a.setString(
                Tag.ScanningSequence,
                VR.CS,
                contrast == Contrast.FLAIR ? new String[] {"SE", "IR"} : new String[] {"SE"});
        a.setString(Tag.SequenceVariant, VR.CS, "SK");
        a.setNull(Tag.ScanOptions, VR.CS);
        a.setString(Tag.MRAcquisitionType, VR.CS, "2D");
        a.setString(Tag.EchoTime, VR.DS, contrast == Contrast.T1 ? "12" : "98");
        a.setString(
                Tag.RepetitionTime, VR.DS, contrast == Contrast.T1 ? "550" : contrast == Contrast.T2 ? "4500" : "9000");
        if (contrast == Contrast.FLAIR) {
            a.setString(Tag.InversionTime, VR.DS, "2500");
        }
        a.setString(Tag.EchoTrainLength, VR.IS, contrast == Contrast.T1 ? "1" : "14");
        a.setString(Tag.MagneticFieldStrength, VR.DS, "1.5");
        a.setString(Tag.FlipAngle, VR.DS, contrast == Contrast.T1 ? "70" : "150");
        a.setString(Tag.SpacingBetweenSlices, VR.DS, Double.toString(step));
        Pixels.grey(a, grid.rows(), grid.columns(), 12, false, values);
    }
}
