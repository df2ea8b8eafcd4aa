package org.isengard.index.routes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.MetadataValue;

/** Revisions as entity tags of HTTP: the number of changes and the MD5 of the value, as Orthanc writes them. */
public final class Revision {
    private static final Pattern TAG = Pattern.compile("\"?([0-9]{1,18})-([^\"]+)\"?");

    private Revision() {}

    public static String tag(MetadataValue value) {
        return "\"" + value.revision() + "-" + md5(value) + "\"";
    }

    private static String md5(MetadataValue value) {
        try {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(value.value().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(md5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    /**
     * {@return whether the value of If-Match or If-None-Match names a value with its revision}
     *
     * @throws IsengardException PARAMETER_OUT_OF_RANGE for what is no number, hyphen and MD5
     */
    public static boolean names(String tag, MetadataValue value) {
        Matcher matcher = TAG.matcher(tag.strip());
        if (!matcher.matches()) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Not a revision: " + tag);
        }
        return Long.parseLong(matcher.group(1)) == value.revision()
                && matcher.group(2).equals(md5(value));
    }
}
