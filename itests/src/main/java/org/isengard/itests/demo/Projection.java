package org.isengard.itests.demo;

import java.io.IOException;
import java.util.stream.IntStream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.itests.demo.Tissue.Contrast;

/** Pictures of the whole trunk from the front: a radiograph and a view of the bones in colour. */
final class Projection {
    private static final int SIZE = 512;
    private static final double PIXEL = 0.75;
    private static final int DEPTHS = 110;
    private static final double DEPTH_STEP = 2.4;
    private static final int BONE = 150;

    private final float[] attenuation = new float[SIZE * SIZE];
    private final float[] firstBone = new float[SIZE * SIZE];

    Projection(Body body) {
        Grid grid = new Grid(DEPTHS, SIZE, DEPTH_STEP, PIXEL);
        IntStream.range(0, SIZE).parallel().forEach(row -> {
            double z = Torso.HEIGHT - row * (double) Torso.HEIGHT / SIZE;
            float[] slice = body.slice(grid, z, Contrast.CT);
            for (int column = 0; column < SIZE; column++) {
                int at = row * SIZE + column;
                firstBone[at] = Float.NaN;
                for (int depth = 0; depth < 97; depth++) {
                    float value = slice[depth * SIZE + column];
                    // Bone attenuates more than its density says.
                    attenuation[at] += (float) ((value + 1000) * (value > 120 ? 1.35 : 1) * DEPTH_STEP / 1000);
                    if (value > BONE && Float.isNaN(firstBone[at])) {
                        float before = depth == 0 ? -1000 : slice[(depth - 1) * SIZE + column];
                        firstBone[at] = depth - (value - BONE) / Math.max(1, value - before);
                    }
                }
            }
        });
    }

    /** A digital radiograph in JPEG Lossless. */
    byte[] radiograph(Study study, int series) throws IOException {
        Attributes a = study.instance(UID.DigitalXRayImageStorageForPresentation, "DX", series, 1, "Chest PA");
        a.setString(Tag.ImageType, VR.CS, "ORIGINAL", "PRIMARY", "");
        a.setString(Tag.PresentationIntentType, VR.CS, "FOR PRESENTATION");
        a.setString(Tag.BodyPartExamined, VR.CS, "CHEST");
        a.setString(Tag.PatientOrientation, VR.CS, "L", "F");
        a.setString(Tag.ImageLaterality, VR.CS, "U");
        a.setString(Tag.ViewPosition, VR.CS, "PA");
        a.setString(Tag.KVP, VR.DS, "125");
        a.setString(Tag.PositionerType, VR.CS, "NONE");
        Study.code(a, Tag.AnatomicRegionSequence, new Study.Code("51185008", "SCT", "Chest"));
        Attributes view = a.newSequence(Tag.ViewCodeSequence).newItem();
        Study.fill(view, new Study.Code("272479007", "SCT", "postero-anterior"));
        a.setNull(Tag.AcquisitionContextSequence, VR.SQ);
        a.setDouble(Tag.ImagerPixelSpacing, VR.DS, PIXEL, PIXEL);
        a.setString(Tag.PixelIntensityRelationship, VR.CS, "LOG");
        a.setInt(Tag.PixelIntensityRelationshipSign, VR.SS, -1);
        a.setString(Tag.RescaleIntercept, VR.DS, "0");
        a.setString(Tag.RescaleSlope, VR.DS, "1");
        a.setString(Tag.RescaleType, VR.LO, "US");
        a.setString(Tag.PresentationLUTShape, VR.CS, "IDENTITY");
        a.setString(Tag.LossyImageCompression, VR.CS, "00");
        a.setString(Tag.BurnedInAnnotation, VR.CS, "NO");
        a.setString(Tag.DetectorType, VR.CS, "DIRECT");
        float[] values = new float[attenuation.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (4095 * (1 - Math.exp(-Math.pow(attenuation[i] / 165, 1.5))));
        }
        Body.noise(values, SIZE, 14, 99);
        Pixels.window(a, 2048, 3900);
        Pixels.grey(a, SIZE, SIZE, 12, false, values);
        return Pixels.file(a, TransferSyntax.JPEG_LOSSLESS_SV1);
    }

    /** A secondary capture: bones lit from the upper left. */
    byte[] bones(Study study, int series) throws IOException {
        Attributes a = study.instance(UID.SecondaryCaptureImageStorage, "OT", series, 1, "Bones, 3D view");
        a.setString(Tag.ImageType, VR.CS, "DERIVED", "SECONDARY");
        a.setString(Tag.ConversionType, VR.CS, "WSD");
        a.setNull(Tag.Laterality, VR.CS);
        a.setNull(Tag.PatientOrientation, VR.CS);
        byte[] pixels = new byte[SIZE * SIZE * 3];
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                int at = row * SIZE + column;
                double shade = 0.10 * (1 - row / (double) SIZE);
                double red = 0.05 + shade * 0.5;
                double green = 0.07 + shade * 0.7;
                double blue = 0.11 + shade;
                if (!Float.isNaN(firstBone[at])) {
                    double dx = slope(at, column > 0 ? at - 1 : at, column < SIZE - 1 ? at + 1 : at);
                    double dy = slope(at, row > 0 ? at - SIZE : at, row < SIZE - 1 ? at + SIZE : at);
                    double light = (1 + 0.5 * dx + 0.6 * dy) / Math.sqrt(1 + dx * dx + dy * dy) / 1.25;
                    double far = 1 - 0.55 * firstBone[at] / 97;
                    light = Math.max(0.12, Math.min(1, light)) * far;
                    red = light * 0.98;
                    green = light * 0.90;
                    blue = light * 0.76;
                }
                pixels[3 * at] = (byte) (255 * red);
                pixels[3 * at + 1] = (byte) (255 * green);
                pixels[3 * at + 2] = (byte) (255 * blue);
            }
        }
        Pixels.colour(a, SIZE, SIZE, pixels);
        return Pixels.file(a, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    private double slope(int here, int before, int after) {
        float a = Float.isNaN(firstBone[before]) ? firstBone[here] : firstBone[before];
        float b = Float.isNaN(firstBone[after]) ? firstBone[here] : firstBone[after];
        return Math.max(-3, Math.min(3, (b - a) * DEPTH_STEP / (2 * PIXEL)));
    }
}
