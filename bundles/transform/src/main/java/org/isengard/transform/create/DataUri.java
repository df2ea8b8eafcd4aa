package org.isengard.transform.create;

import java.util.Base64;
import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** Content given as text (RFC 2397, Base64 only). */
record DataUri(String mediaType, byte[] bytes) {
    private static final String SCHEME = "data:";
    private static final String BASE64 = ";base64,";

    /** @throws IsengardException BAD_FILE_FORMAT */
    static DataUri parse(String text) {
        int data = text.indexOf(BASE64);
        if (!text.startsWith(SCHEME) || data < 0) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Content must be a data URI in Base64");
        }
        try {
            return new DataUri(
                    text.substring(SCHEME.length(), data).toLowerCase(Locale.ROOT),
                    Base64.getMimeDecoder().decode(text.substring(data + BASE64.length())));
        } catch (IllegalArgumentException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Content is not in Base64", e);
        }
    }
}
