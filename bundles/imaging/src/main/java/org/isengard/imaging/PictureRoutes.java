package org.isengard.imaging;

import java.io.IOException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.image.Colours;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.ModalityValues;
import org.isengard.dicom.image.Photometric;
import org.isengard.dicom.image.Rendering;
import org.isengard.dicom.image.SampleType;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;

/** Frames as pictures: preview, image-uint8, image-uint16, image-int16, rendered. */
final class PictureRoutes {
    private static final List<PictureFormat> ALL = List.of(PictureFormat.PNG, PictureFormat.JPEG, PictureFormat.PAM);
    private static final List<PictureFormat> DEEP = List.of(PictureFormat.PNG, PictureFormat.PAM);
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    /** Makes a picture of a frame. */
    @FunctionalInterface
    private interface Painter {
        Frame paint(Images.Decoded decoded, Request request) throws IOException;
    }

    private final Images images;
    private final boolean beyondOrthanc;

    /** @param beyondOrthanc also show what Orthanc refuses */
    PictureRoutes(Images images, boolean beyondOrthanc) {
        this.images = images;
        this.beyondOrthanc = beyondOrthanc;
    }

    void addTo(Routes routes) {
        add(routes, "preview", ALL, (decoded, request) -> preview(shown(decoded)));
        add(routes, "image-uint8", ALL, (decoded, request) -> clip(shown(decoded), SampleType.UINT8));
        add(routes, "image-uint16", DEEP, (decoded, request) -> clip(shown(decoded), SampleType.UINT16));
        add(routes, "image-int16", DEEP, (decoded, request) -> clip(shown(decoded), SampleType.INT16));
        add(
                routes,
                "rendered",
                ALL,
                (decoded, request) -> render(isDeepGray(decoded) ? decoded : shown(decoded), request));
    }

    private void add(Routes routes, String name, List<PictureFormat> formats, Painter painter) {
        FrameNumber.add(
                routes,
                name,
                (instance, frame, request, response) -> answer(instance, frame, formats, painter, request, response));
    }

    private void answer(
            String instance,
            int number,
            List<PictureFormat> formats,
            Painter painter,
            Request request,
            Response response)
            throws IOException {
        PictureFormat format;
        byte[] picture;
        try {
            Images.Decoded decoded = images.frame(instance, number);
            Frame painted = painter.paint(decoded, request);
            format = PictureFormat.of(request, formats);
            picture = format.write(painted, request);
        } catch (ImageException e) {
            if (QueryFlags.isSet(request, "returnUnsupportedImage")) {
                String up = request.path().contains("/frames/") ? "../../../../" : "../../";
                response.redirect(up + "app/images/unsupported.png");
                return;
            }
            throw new IsengardException(ErrorCode.INCOMPATIBLE_IMAGE_FORMAT, UNSUPPORTED_MEDIA_TYPE, e.getMessage(), e);
        }
        response.bytes(picture, format.type());
    }

    /**
     * {@return what was given, if Orthanc makes a picture of it}
     *
     * @throws ImageException if not: its clients tell by that what they must draw themselves
     */
    private Images.Decoded shown(Images.Decoded decoded) throws ImageException {
        DicomImage image = decoded.image();
        ImageDescription d = image.description();
        boolean refused = d.sampleType() == SampleType.INT8
                || d.bitsAllocated() >= 32
                || d.photometric().isYbr() && !image.transferSyntax().encapsulated()
                || d.photometric() == Photometric.PALETTE_COLOR
                        && (d.bitsAllocated() > 8 || Colours.hasPackedPalette(image.dataset()));
        if (refused && !beyondOrthanc) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    d.photometric().term() + " of " + d.bitsAllocated() + " bits is not shown (option ShowAllImages)");
        }
        return decoded;
    }

    /** Orthanc puts a window on these, and makes no other picture of them. */
    private static boolean isDeepGray(Images.Decoded decoded) {
        ImageDescription d = decoded.image().description();
        return d.sampleType() == SampleType.UINT32
                && d.bitsStored() < 32
                && d.highBit() == d.bitsStored() - 1
                && d.photometric().isMonochrome();
    }

    private static Frame preview(Images.Decoded decoded) throws IOException {
        Frame frame = color(decoded);
        return frame.samplesPerPixel() == 1 ? Rendering.stretch(frame) : Rendering.rgb8(frame);
    }

    private static Frame color(Images.Decoded decoded) throws IOException {
        return Colours.toRgb(decoded.frame(), decoded.image().dataset());
    }

    private static Frame clip(Images.Decoded decoded, SampleType type) throws IOException {
        Frame frame = decoded.frame();
        if (!frame.photometric().isMonochrome()) {
            throw new ImageException(ImageException.Kind.UNSUPPORTED, "Colour images have no gray levels to cut");
        }
        return Rendering.clip(frame, type);
    }

    private static Frame render(Images.Decoded decoded, Request request) throws IOException {
        double width = number(request, "window-width");
        double center = number(request, "window-center");
        double columns = number(request, "width");
        double rows = number(request, "height");
        boolean smooth = flag(request, "smooth");
        Frame frame = color(decoded);
        Frame picture;
        if (frame.samplesPerPixel() != 1) {
            picture = Rendering.rgb8(frame);
        } else if (frame.type().isFloating() && Double.isNaN(width) && Double.isNaN(center)) {
            picture = Rendering.stretch(frame);
        } else {
            ModalityValues values =
                    ModalityValues.of(decoded.image().dataset(), decoded.image().description(), decoded.number());
            picture = Rendering.window(
                    frame,
                    values.slope(),
                    values.intercept(),
                    Double.isNaN(center) ? values.center() : center,
                    Double.isNaN(width) ? values.width() : width);
        }
        return resize(picture, columns, rows, smooth);
    }

    /** Fits a picture into a box, keeping its proportions; 0 or nothing leaves that side free. */
    private static Frame resize(Frame picture, double columns, double rows, boolean smooth) throws ImageException {
        double ratio = Double.POSITIVE_INFINITY;
        if (columns > 0) {
            ratio = columns / picture.columns();
        }
        if (rows > 0) {
            ratio = Math.min(ratio, rows / picture.rows());
        }
        if (Double.isInfinite(ratio) || ratio == 1) {
            return picture;
        }
        double w = Math.max(1, Math.round(ratio * picture.columns()));
        double h = Math.max(1, Math.round(ratio * picture.rows()));
        if (w > 65535 || h > 65535 || w * h * picture.samplesPerPixel() > ImageDescription.MAX_FRAME_BYTES) {
            throw new ImageException(ImageException.Kind.TOO_LARGE, "A picture of " + w + " x " + h);
        }
        return Rendering.resize(smooth && ratio < 1 ? Rendering.smooth(picture) : picture, (int) w, (int) h);
    }

    /** {@return NaN when it is not given} */
    private static double number(Request request, String name) {
        String text = request.query(name).orElse("");
        if (text.isEmpty()) {
            return Double.NaN;
        }
        if (!text.matches("[+-]?(\\d{1,15}(\\.\\d{0,15})?|\\.\\d{1,15})([eE][+-]?\\d{1,3})?")) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, 404, name + " must be a number", null);
        }
        return Double.parseDouble(text);
    }

    private static boolean flag(Request request, String name) throws ImageException {
        return switch (request.query(name).orElse("0")) {
            case "", "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new ImageException(ImageException.Kind.UNSUPPORTED, name + " must be 0 or 1");
        };
    }
}
