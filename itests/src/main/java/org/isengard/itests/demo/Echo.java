package org.isengard.itests.demo;

import java.io.IOException;
import java.util.Locale;
import java.util.Random;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;

/** A beating heart under ultrasound: a cine loop in colour, compressed with JPEG. */
final class Echo {
    static final int FRAMES = 30;

    private static final int ROWS = 480;
    private static final int COLUMNS = 640;
    private static final int APEX_X = 320;
    private static final int APEX_Y = 16;
    private static final int REACH = 440;
    private static final int LINES = 256;
    private static final double HALF_ANGLE = Math.toRadians(42);
    private static final double MM_PER_PIXEL = 0.34;

    /** Echoes that scatter, by beam and depth. */
    private final float[][] speckle = new float[LINES][REACH];

    Echo() {
        Random random = new Random(3);
        for (float[] line : speckle) {
            float value = 0;
            for (int depth = 0; depth < REACH; depth++) {
                value = 0.45f * value + 0.75f * (float) Math.abs(random.nextGaussian());
                line[depth] = value;
            }
        }
    }

    byte[] file(Study study, int series) throws IOException {
        Attributes a = study.instance(UID.UltrasoundMultiFrameImageStorage, "US", series, 1, "Apical four chambers");
        a.setString(Tag.ImageType, VR.CS, "ORIGINAL", "PRIMARY");
        a.setString(Tag.BodyPartExamined, VR.CS, "HEART");
        a.setNull(Tag.PatientOrientation, VR.CS);
        a.setString(Tag.NumberOfFrames, VR.IS, Integer.toString(FRAMES));
        a.setInt(Tag.FrameIncrementPointer, VR.AT, Tag.FrameTime);
        a.setString(Tag.FrameTime, VR.DS, "33.33");
        a.setString(Tag.CineRate, VR.IS, "30");
        a.setString(Tag.RecommendedDisplayFrameRate, VR.IS, "30");
        a.setString(Tag.HeartRate, VR.IS, "60");
        region(a.newSequence(Tag.SequenceOfUltrasoundRegions).newItem());
        JpegFrames frames = new JpegFrames(ROWS, COLUMNS);
        for (int frame = 0; frame < FRAMES; frame++) {
            frames.add(frame(frame));
        }
        Pixels.describe(a, ROWS, COLUMNS, 3, "YBR_FULL_422", 8, false);
        a.setInt(Tag.PlanarConfiguration, VR.US, 0);
        a.setFragments(Tag.PixelData, VR.OB, new byte[0], frames.frames());
        a.setString(Tag.LossyImageCompression, VR.CS, "01");
        a.setString(Tag.LossyImageCompressionRatio, VR.DS, String.format(Locale.ROOT, "%.2f", frames.ratio()));
        a.setString(Tag.LossyImageCompressionMethod, VR.CS, "ISO_10918_1");
        return Pixels.write(a, TransferSyntax.JPEG_BASELINE);
    }

    /** Centimetres in the fan (PS3.3 section C.8.5.5). */
    private static void region(Attributes region) {
        region.setInt(Tag.RegionSpatialFormat, VR.US, 1);
        region.setInt(Tag.RegionDataType, VR.US, 2);
        region.setLong(Tag.RegionFlags, VR.UL, 2);
        region.setLong(Tag.RegionLocationMinX0, VR.UL, 0);
        region.setLong(Tag.RegionLocationMinY0, VR.UL, 0);
        region.setLong(Tag.RegionLocationMaxX1, VR.UL, COLUMNS - 1);
        region.setLong(Tag.RegionLocationMaxY1, VR.UL, ROWS - 1);
        region.setInt(Tag.PhysicalUnitsXDirection, VR.US, 3);
        region.setInt(Tag.PhysicalUnitsYDirection, VR.US, 3);
        region.setDouble(Tag.PhysicalDeltaX, VR.FD, MM_PER_PIXEL / 10);
        region.setDouble(Tag.PhysicalDeltaY, VR.FD, MM_PER_PIXEL / 10);
    }

    private byte[] frame(int number) {
        double phase = number / (double) FRAMES;
        byte[] pixels = new byte[ROWS * COLUMNS * 3];
        for (int row = APEX_Y; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                double dx = column - APEX_X;
                double dy = row - APEX_Y;
                double depth = Math.sqrt(dx * dx + dy * dy);
                double angle = Math.atan2(dx, dy);
                if (depth < REACH && depth > 6 && Math.abs(angle) < HALF_ANGLE) {
                    echo(pixels, (row * COLUMNS + column) * 3, depth, angle, dx, dy, phase);
                }
            }
        }
        trace(pixels, phase);
        return pixels;
    }

    private void echo(byte[] pixels, int at, double depth, double angle, double dx, double dy, double phase) {
        // The ventricles shrink fast and fill slowly; the atria do the opposite.
        double squeeze = Math.exp(-Math.pow((phase - 0.33) / 0.17, 2));
        double ventricles = 1 - 0.26 * squeeze;
        double atria = 0.84 + 0.2 * squeeze;
        double valve = 250 - 22 * squeeze;
        double left = chamber(dx - 46, dy - 165, 52 * ventricles, 98 * (0.6 + 0.4 * ventricles), -0.18);
        double right = chamber(dx + 62, dy - 180, 38 * ventricles, 80 * (0.6 + 0.4 * ventricles), 0.24);
        double leftAtrium = chamber(dx - 52, dy - 318, 50 * atria, 52 * atria, 0);
        double rightAtrium = chamber(dx + 58, dy - 312, 48 * atria, 50 * atria, 0);
        double inside = Math.max(Math.max(left, right), Math.max(leftAtrium, rightAtrium));
        double wall = Math.exp(-inside * inside * 40);
        double tissue = chamber(dx, dy - 235, 158, 222, 0) > 0 ? 0.34 : 0.16;
        double level = inside > 0.04 ? 0.025 : tissue + 0.5 * wall;
        double open = 1 - squeeze;
        level += leaflet(dx - 46, dy - valve, open, 44) + leaflet(dx + 58, dy - valve + 4, open, 40);
        int line = (int) ((angle + HALF_ANGLE) / (2 * HALF_ANGLE) * (LINES - 1));
        int moved = (int) Math.min(REACH - 1, Math.max(0, depth + 5 * squeeze));
        double fade = 0.55 + 0.75 * Math.sin(Math.PI * Math.min(1, depth / REACH * 0.9 + 0.1));
        double grey = 255 * Math.min(1, Math.pow(level * speckle[line][moved] * fade, 0.75));
        double red = grey;
        double green = grey;
        double blue = grey;
        double doppler = Math.exp(-Math.pow((dx - 48) / 30, 2) - Math.pow((dy - 215) / 75, 2));
        if (inside > 0.05 && doppler > 0.25 && dx > 0) {
            double speed = phase > 0.5 ? Math.sin(Math.PI * (phase - 0.5) * 2) : -squeeze;
            double strength = Math.min(1, Math.abs(speed) * doppler * (0.8 + 0.3 * speckle[line][moved]));
            if (strength > 0.16) {
                red = speed > 0 ? 90 + 165 * strength : 20;
                green = strength > 0.7 ? 190 * (strength - 0.5) : 25;
                blue = speed > 0 ? 20 : 90 + 165 * strength;
            }
        }
        pixels[at] = (byte) red;
        pixels[at + 1] = (byte) green;
        pixels[at + 2] = (byte) blue;
    }

    private static double chamber(double x, double y, double a, double b, double tilt) {
        double u = (x + tilt * y) / a;
        double v = y / b;
        return 1 - Math.sqrt(u * u + v * v);
    }

    /** Two leaflets of a valve that hang down while it is open. */
    private static double leaflet(double x, double y, double open, double half) {
        double across = Math.abs(x) / half;
        if (across > 1) {
            return 0;
        }
        double hang = -open * 34 * (1 - across);
        return 0.55 * Math.exp(-Math.pow((y - hang) / 3.2, 2));
    }

    /** The heart's electric signal along the bottom, with a mark at the moment shown. */
    private static void trace(byte[] pixels, double phase) {
        int before = -1;
        for (int column = 40; column < 600; column++) {
            double time = (column - 40) / 280.0 % 1;
            int row = (int) (456 - 20 * Ecg.beat(time, 1));
            for (int y = Math.min(row, before < 0 ? row : before); y <= Math.max(row, before < 0 ? row : before); y++) {
                paint(pixels, y, column, 70, 220, 120);
            }
            before = row;
        }
        int mark = 40 + (int) (280 + phase * 280);
        for (int y = 440; y < 472; y++) {
            paint(pixels, y, mark, 250, 210, 60);
        }
        for (int depth = 0; depth <= REACH; depth += 59) {
            for (int x = 606; x < (depth % 295 == 0 ? 620 : 613); x++) {
                paint(pixels, APEX_Y + depth, x, 200, 200, 200);
            }
        }
        for (int step = 0; step < 100; step++) {
            for (int x = 14; x < 28; x++) {
                double value = 1 - step / 50.0;
                int strong = (int) (60 + 190 * Math.abs(value));
                paint(
                        pixels,
                        30 + step,
                        x,
                        value > 0 ? strong : 0,
                        Math.abs(value) > 0.7 ? 120 : 0,
                        value > 0 ? 0 : strong);
            }
        }
    }

    private static void paint(byte[] pixels, int row, int column, int red, int green, int blue) {
        int at = (row * COLUMNS + column) * 3;
        pixels[at] = (byte) red;
        pixels[at + 1] = (byte) green;
        pixels[at + 2] = (byte) blue;
    }
}
