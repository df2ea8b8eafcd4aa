package org.isengard.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;

/**
 * Sample studies of invented patients, made on the spot and sent to a server's {@code POST /instances}.
 *
 * <p>The same files come out at every call, so loading them twice stores them once.
 */
public final class DemoStudies {
    private static final int SLICES = 24;
    private static final int CINE_FRAMES = 20;

    private final List<byte[]> files = new ArrayList<>();

    private DemoStudies() {}

    /** One argument: the server's URL, with a slash at its end. */
    public static void main(String[] args) throws Exception {
        URI instances = URI.create(args[0]).resolve("instances");
        HttpClient client = HttpClient.newHttpClient();
        List<byte[]> files = files();
        for (byte[] file : files) {
            HttpRequest request = HttpRequest.newBuilder(instances)
                    .header("Content-Type", "application/dicom")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("POST " + instances + ": " + answer.statusCode() + " " + answer.body());
            }
        }
        System.out.println("Sample studies: " + files.size() + " instances sent");
    }

    /** All instances, as DICOM files. */
    public static List<byte[]> files() throws IOException {
        DemoStudies demo = new DemoStudies();
        demo.computedTomography();
        demo.magneticResonance();
        demo.ultrasound();
        demo.radiography();
        return List.copyOf(demo.files);
    }

    private void computedTomography() throws IOException {
        Attributes study = study("DEMO-1", "Baggins^Frodo", "19680922", "M", "20240311", "CT of the chest");
        for (int slice = 0; slice < SLICES; slice++) {
            Attributes image = image(study, "CT", UID.CTImageStorage, 1, slice + 1, "Chest 5 mm");
            image.setString(Tag.PatientPosition, VR.CS, "HFS");
            place(image, slice, 5, 256, "0.9\\0.9");
            grey(image, 256, 256, 12, Phantom.slice(256, 256, slice / (SLICES - 1.0), 2400));
            image.setString(Tag.RescaleIntercept, VR.DS, "-1024");
            image.setString(Tag.RescaleSlope, VR.DS, "1");
            image.setString(Tag.WindowCenter, VR.DS, "-200");
            image.setString(Tag.WindowWidth, VR.DS, "1200");
            add(image);
        }
    }

    private void magneticResonance() throws IOException {
        Attributes study = study("DEMO-2", "Éowyn^Brégo", "19590402", "F", "20240402", "MR of the head");
        String[] weightings = {"T1", "T2"};
        for (int series = 0; series < weightings.length; series++) {
            for (int slice = 0; slice < SLICES / 2; slice++) {
                Attributes image = image(study, "MR", UID.MRImageStorage, series + 1, slice + 1, weightings[series]);
                place(image, slice, 4, 192, "1.2\\1.2");
                int maximum = series == 0 ? 900 : 1500;
                grey(image, 192, 192, 12, Phantom.slice(192, 192, slice / (SLICES / 2 - 1.0), maximum));
                image.setString(Tag.WindowCenter, VR.DS, Integer.toString(maximum / 2));
                image.setString(Tag.WindowWidth, VR.DS, Integer.toString(maximum));
                add(image);
            }
        }
    }

    private void ultrasound() throws IOException {
        Attributes study = study("DEMO-3", "Gamgee^Samwise", "19800406", "M", "20240517", "Echocardiography");
        Attributes image = image(study, "US", UID.UltrasoundMultiFrameImageStorage, 1, 1, "Four chambers");
        int rows = 240;
        int columns = 320;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int frame = 0; frame < CINE_FRAMES; frame++) {
            frames.write(Phantom.echo(rows, columns, frame / (double) CINE_FRAMES));
        }
        image.setString(Tag.NumberOfFrames, VR.IS, Integer.toString(CINE_FRAMES));
        image.setString(Tag.FrameTime, VR.DS, "40");
        image.setInt(Tag.PlanarConfiguration, VR.US, 0);
        pixelModule(image, rows, columns, 3, "RGB", 8, 8);
        image.setBytes(Tag.PixelData, VR.OB, frames.toByteArray());
        add(image);
    }

    private void radiography() throws IOException {
        Attributes study = study("DEMO-4", "Took^Peregrin", "19900130", "M", "20240620", "X-ray of the hand");
        Attributes image = image(study, "CR", UID.ComputedRadiographyImageStorage, 1, 1, "PA");
        grey(image, 512, 400, 10, Phantom.slice(512, 400, 0.5, 1000));
        image.setString(Tag.WindowCenter, VR.DS, "500");
        image.setString(Tag.WindowWidth, VR.DS, "1000");
        add(image);
    }

    private static Attributes study(String id, String name, String birth, String sex, String date, String text) {
        Attributes study = new Attributes();
        study.setCharacterSet("ISO_IR 192");
        study.setString(Tag.PatientID, VR.LO, id);
        study.setString(Tag.PatientName, VR.PN, name);
        study.setString(Tag.PatientBirthDate, VR.DA, birth);
        study.setString(Tag.PatientSex, VR.CS, sex);
        study.setString(Tag.StudyInstanceUID, VR.UI, uid(id));
        study.setString(Tag.StudyID, VR.SH, id.substring(id.length() - 1));
        study.setString(Tag.StudyDate, VR.DA, date);
        study.setString(Tag.StudyTime, VR.TM, "101500");
        study.setString(Tag.StudyDescription, VR.LO, text);
        study.setString(Tag.AccessionNumber, VR.SH, "A" + date);
        study.setString(Tag.ReferringPhysicianName, VR.PN, "Elrond^^^Dr.");
        study.setString(Tag.InstitutionName, VR.LO, "Houses of Healing");
        return study;
    }

    private static Attributes image(
            Attributes study, String modality, String sopClass, int series, int instance, String text) {
        Attributes image = study.copy();
        String seriesKey = study.getString(Tag.PatientID) + "/" + series;
        image.setString(Tag.Modality, VR.CS, modality);
        image.setString(Tag.Manufacturer, VR.LO, "Isengard");
        image.setString(Tag.SeriesInstanceUID, VR.UI, uid(seriesKey));
        image.setString(Tag.SeriesNumber, VR.IS, Integer.toString(series));
        image.setString(Tag.SeriesDescription, VR.LO, text);
        image.setString(Tag.SOPClassUID, VR.UI, sopClass);
        image.setString(Tag.SOPInstanceUID, VR.UI, uid(seriesKey + "/" + instance));
        image.setString(Tag.InstanceNumber, VR.IS, Integer.toString(instance));
        image.setString(Tag.ImageType, VR.CS, "ORIGINAL", "PRIMARY");
        return image;
    }

    private static void place(Attributes image, int slice, int thickness, int rows, String spacing) {
        image.setString(Tag.FrameOfReferenceUID, VR.UI, uid(image.getString(Tag.StudyInstanceUID) + "/frame"));
        image.setString(Tag.SliceThickness, VR.DS, Integer.toString(thickness));
        image.setString(Tag.PixelSpacing, VR.DS, spacing.split("\\\\"));
        image.setString(Tag.ImageOrientationPatient, VR.DS, "1", "0", "0", "0", "1", "0");
        String corner = Integer.toString(-rows / 2);
        image.setString(Tag.ImagePositionPatient, VR.DS, corner, corner, Integer.toString(slice * thickness));
        image.setString(Tag.SliceLocation, VR.DS, Integer.toString(slice * thickness));
    }

    private static void grey(Attributes image, int rows, int columns, int bits, byte[] pixels) {
        pixelModule(image, rows, columns, 1, "MONOCHROME2", 16, bits);
        image.setBytes(Tag.PixelData, VR.OW, pixels);
    }

    private static void pixelModule(
            Attributes image, int rows, int columns, int samples, String interpretation, int allocated, int stored) {
        image.setInt(Tag.SamplesPerPixel, VR.US, samples);
        image.setString(Tag.PhotometricInterpretation, VR.CS, interpretation);
        image.setInt(Tag.Rows, VR.US, rows);
        image.setInt(Tag.Columns, VR.US, columns);
        image.setInt(Tag.BitsAllocated, VR.US, allocated);
        image.setInt(Tag.BitsStored, VR.US, stored);
        image.setInt(Tag.HighBit, VR.US, stored - 1);
        image.setInt(Tag.PixelRepresentation, VR.US, 0);
    }

    private static String uid(String key) {
        return UIDs.of(UUID.nameUUIDFromBytes(("isengard-demo/" + key).getBytes(StandardCharsets.UTF_8)));
    }

    private void add(Attributes image) throws IOException {
        Attributes meta = DicomWriter.fileMetaInformation(
                image.getString(Tag.SOPClassUID),
                image.getString(Tag.SOPInstanceUID),
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DicomWriter.write(file, meta, image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        files.add(file.toByteArray());
    }
}
