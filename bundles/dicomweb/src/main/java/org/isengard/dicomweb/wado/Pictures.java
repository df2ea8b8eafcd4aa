package org.isengard.dicomweb.wado;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.image.Colours;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicom.image.ModalityValues;
import org.isengard.dicom.image.Rendering;
import org.isengard.dicom.image.writer.JpegWriter;
import org.isengard.dicom.image.writer.PngWriter;

/** Makes pictures of stored frames. */
final class Pictures {
    private static final int DEFAULT_QUALITY = 90;

    /** How a frame becomes a picture. */
    record Style(Viewport viewport, Window window) {}

    private final InstanceImages images;

    Pictures(InstanceImages images) {
        this.images = images;
    }

    /**
     * {@return a picture of 8 bits; without a window the values that occur in the region go from black to white}
     *
     * @param number from 0
     */
    Frame picture(String instance, int number, Style style) throws IOException {
        return images.use(instance, image -> {
            Frame frame = colour(instance, number, image);
            Frame region = style.viewport.region(frame);
            Frame picture;
            if (region.samplesPerPixel() != 1) {
                picture = Rendering.rgb8(region);
            } else if (style.window == null) {
                picture = Rendering.stretch(region);
            } else {
                picture = style.window.apply(region, values(image, number));
            }
            return style.viewport.fit(picture);
        });
    }

    /**
     * {@return a picture as Orthanc's REST API renders it: by the window of the file unless another one is given}
     *
     * @param center NaN for that of the file
     * @param width NaN for that of the file
     */
    Frame rendered(String instance, int number, double center, double width) throws IOException {
        return images.use(instance, image -> {
            Frame frame = colour(instance, number, image);
            if (frame.samplesPerPixel() != 1) {
                return Rendering.rgb8(frame);
            }
            ModalityValues values = values(image, number);
            boolean given = !Double.isNaN(center) && !Double.isNaN(width);
            return frame.type().isFloating() && !given
                    ? Rendering.stretch(frame)
                    : Rendering.window(
                            frame,
                            values.slope(),
                            values.intercept(),
                            given ? center : values.center(),
                            given ? width : values.width());
        });
    }

    private Frame colour(String instance, int number, DicomImage image) throws IOException {
        return Colours.toRgb(images.decoded(instance, number), image.dataset());
    }

    private static ModalityValues values(DicomImage image, int number) {
        return ModalityValues.of(image.dataset(), image.description(), number);
    }

    /** @throws IsengardException PARAMETER_OUT_OF_RANGE when the quality is not from 1 to 100 */
    static int quality(String text) {
        if (text.isEmpty()) {
            return DEFAULT_QUALITY;
        }
        int quality = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
        if (quality < 1 || quality > 100) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "The quality must be from 1 to 100");
        }
        return quality;
    }

    /** {@return a picture as a file} */
    static byte[] encode(Frame picture, String type, int quality) throws IOException {
        return switch (type) {
            case "image/png" -> PngWriter.write(picture);
            case "image/gif" -> {
                ByteArrayOutputStream gif = new ByteArrayOutputStream(1 << 14);
                GifWriter.write(gif, List.of(0), i -> picture, 0);
                yield gif.toByteArray();
            }
            default -> JpegWriter.write(picture, quality);
        };
    }
}
