package org.isengard.dicomweb.wado;

import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.image.ImageException;

/** The errors by which images that cannot be sent are answered. */
final class ImageErrors {
    private ImageErrors() {}

    /** @param noImage the error for an instance without an image */
    static IsengardException translate(ImageException e, ErrorCode noImage) {
        return switch (e.kind()) {
            case NO_SUCH_FRAME -> new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, e.getMessage(), e);
            case NO_PIXEL_DATA -> new IsengardException(noImage, e.getMessage(), e);
            case UNSUPPORTED -> new IsengardException(ErrorCode.NOT_ACCEPTABLE, e.getMessage(), e);
            case TOO_LARGE -> new IsengardException(ErrorCode.NOT_ENOUGH_MEMORY, e.getMessage(), e);
            default -> new IsengardException(ErrorCode.BAD_FILE_FORMAT, e.getMessage(), e);
        };
    }
}
