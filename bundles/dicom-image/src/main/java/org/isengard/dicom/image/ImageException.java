package org.isengard.dicom.image;

import java.io.IOException;

/** Pixel data that cannot be decoded, encoded or shown, with the reason in words. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kind of the failure, for callers that answer each differently. */
    public enum Kind {
        /** The pixel data or its description is wrong. */
        BAD_IMAGE,
        /** It may be right, but there is no way here to read it. */
        UNSUPPORTED,
        /** There is no frame of that number. */
        NO_SUCH_FRAME,
        /** The data set has no pixel data. */
        NO_PIXEL_DATA,
        /** It would take more memory than is allowed. */
        TOO_LARGE
    }

    private final Kind kind;

    public ImageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ImageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** {@return the error for pixel data that contradicts itself or its description} */
    public static ImageException bad(String message) {
        return new ImageException(Kind.BAD_IMAGE, message);
    }

    /** {@return the error for pixel data that is right and that no code here takes} */
    public static ImageException unsupported(String message) {
        return new ImageException(Kind.UNSUPPORTED, message);
    }
}
