package org.isengard.imaging;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.writer.JpegWriter;
import org.isengard.dicom.image.writer.PamWriter;
import org.isengard.dicom.image.writer.PngWriter;

/** The formats in which pictures are answered, as the caller accepts them. */
enum PictureFormat {
    PNG("image/png"),
    JPEG("image/jpeg"),
    PAM("image/x-portable-arbitrarymap");

    private static final int DEFAULT_QUALITY = 90;

    private final String type;

    PictureFormat(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    /**
     * Chooses by the header Accept (RFC 9110 section 12.5.1).
     *
     * @throws IsengardException with status 404, as Orthanc has it, when none of them is accepted
     */
    static PictureFormat of(Request request, List<PictureFormat> offered) {
        Optional<String> accept = request.header("Accept").filter(a -> !a.isBlank());
        if (accept.isEmpty()) {
            return PNG;
        }
        PictureFormat best = null;
        double bestWeight = 0;
        for (String range : accept.get().split(",")) {
            String[] parts = range.trim().toLowerCase(Locale.ROOT).split(";");
            double weight = weight(parts);
            for (PictureFormat format : offered) {
                if (weight > bestWeight && format.matches(parts[0].trim())) {
                    best = format;
                    bestWeight = weight;
                }
            }
        }
        if (best == null) {
            throw new IsengardException(
                    ErrorCode.NOT_ACCEPTABLE, 404, "None of these types is offered: " + accept.get(), null);
        }
        return best;
    }

    private boolean matches(String range) {
        return range.equals(type) || "*/*".equals(range) || "image/*".equals(range);
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].trim();
            if (part.startsWith("q=")) {
                try {
                    return Double.parseDouble(part.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }

    /** @throws ImageException when the quality of a JPEG is no number from 1 to 100 */
    byte[] write(Frame picture, Request request) throws IOException {
        return switch (this) {
            case PNG -> PngWriter.write(picture);
            case PAM -> PamWriter.write(picture);
            case JPEG -> JpegWriter.write(picture, quality(request));
        };
    }

    private static int quality(Request request) throws ImageException {
        String text = request.query("quality").orElse("");
        int quality = text.isEmpty() ? DEFAULT_QUALITY : text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
        if (quality < 1 || quality > 100) {
            throw new ImageException(ImageException.Kind.UNSUPPORTED, "The quality must be from 1 to 100: " + text);
        }
        return quality;
    }
}
