package org.isengard.dicomweb.wado;

import java.lang.reflect.Array;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Rendering;
import org.isengard.dicom.image.SampleType;

/**
 * The region of an image that is shown and the size of the picture (PS3.18 section 8.3.5.1.3).
 *
 * @param width of the picture in pixels, 0 for that of the region
 * @param height of the picture in pixels, 0 for that of the region
 * @param left first column of the region
 * @param top first row of the region
 * @param regionWidth columns of the region, negative to turn it left to right, 0 for all to the right
 * @param regionHeight rows of the region, negative to turn it upside down, 0 for all below
 */
record Viewport(int width, int height, int left, int top, int regionWidth, int regionHeight) {
    static final Viewport WHOLE = new Viewport(0, 0, 0, 0, 0, 0);

    private static final int LARGEST = 32_768;

    /** @throws IsengardException PARAMETER_OUT_OF_RANGE when it is no list of two to six numbers */
    static Viewport parse(String text) {
        if (text.isEmpty()) {
            return WHOLE;
        }
        String[] parts = text.split(",", -1);
        int[] numbers = new int[6];
        if (parts.length < 2 || parts.length > numbers.length) {
            throw bad(text);
        }
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            if (!part.isEmpty()) {
                if (!part.matches("[+-]?\\d{1,7}(\\.\\d{0,6})?")) {
                    throw bad(text);
                }
                numbers[i] = (int) Double.parseDouble(part);
            }
        }
        if (numbers[0] < 0
                || numbers[1] < 0
                || numbers[2] < 0
                || numbers[3] < 0
                || numbers[0] > LARGEST
                || numbers[1] > LARGEST
                || (long) numbers[0] * numbers[1] * 3 > ImageDescription.MAX_FRAME_BYTES) {
            throw bad(text);
        }
        return new Viewport(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    private static IsengardException bad(String text) {
        return new IsengardException(
                ErrorCode.PARAMETER_OUT_OF_RANGE,
                "viewport must be width,height or width,height,x,y,width,height in pixels, not " + text);
    }

    /** {@return the region of a frame} */
    Frame region(Frame frame) throws ImageException {
        int columns = Math.min(Math.abs(regionWidth == 0 ? frame.columns() : regionWidth), frame.columns() - left);
        int rows = Math.min(Math.abs(regionHeight == 0 ? frame.rows() : regionHeight), frame.rows() - top);
        if (columns <= 0 || rows <= 0) {
            throw new ImageException(ImageException.Kind.NO_SUCH_FRAME, "The viewport lies outside of the image");
        }
        boolean whole = columns == frame.columns() && rows == frame.rows();
        if (whole && regionWidth >= 0 && regionHeight >= 0) {
            return frame;
        }
        int spp = frame.samplesPerPixel();
        Object out = Array.newInstance(frame.data().getClass().getComponentType(), columns * rows * spp);
        for (int y = 0; y < rows; y++) {
            int row = (top + (regionHeight < 0 ? rows - 1 - y : y)) * frame.columns();
            if (regionWidth >= 0) {
                System.arraycopy(frame.data(), (row + left) * spp, out, y * columns * spp, columns * spp);
            } else {
                for (int x = 0; x < columns; x++) {
                    System.arraycopy(
                            frame.data(), (row + left + columns - 1 - x) * spp, out, (y * columns + x) * spp, spp);
                }
            }
        }
        return new Frame(columns, rows, spp, frame.photometric(), frame.type(), frame.bitsStored(), out);
    }

    /** {@return an 8-bit picture fitted into the size asked for, with black beside it where its proportions differ} */
    Frame fit(Frame picture) {
        if (width == 0 && height == 0) {
            return picture;
        }
        double ratio = Math.min(
                width == 0 ? Double.POSITIVE_INFINITY : (double) width / picture.columns(),
                height == 0 ? Double.POSITIVE_INFINITY : (double) height / picture.rows());
        int columns = Math.max(1, (int) Math.round(ratio * picture.columns()));
        int rows = Math.max(1, (int) Math.round(ratio * picture.rows()));
        Frame scaled = Rendering.resize(picture, columns, rows);
        int fullWidth = width == 0 ? columns : width;
        int fullHeight = height == 0 ? rows : height;
        if (fullWidth == columns && fullHeight == rows) {
            return scaled;
        }
        int spp = scaled.samplesPerPixel();
        byte[] out = new byte[fullWidth * fullHeight * spp];
        int x = (fullWidth - columns) / 2;
        int y = (fullHeight - rows) / 2;
        for (int row = 0; row < rows; row++) {
            System.arraycopy(
                    scaled.bytes(), row * columns * spp, out, ((y + row) * fullWidth + x) * spp, columns * spp);
        }
        return new Frame(fullWidth, fullHeight, spp, scaled.photometric(), SampleType.UINT8, 8, out);
    }
}
