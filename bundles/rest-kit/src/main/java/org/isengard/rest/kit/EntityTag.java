package org.isengard.rest.kit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;

/** ETags of what has revisions: {@code "REVISION-MD5"} in quotes, as in Orthanc. */
public final class EntityTag {
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"?(\\d{1,18})-[0-9a-f]*\"?");

    private EntityTag() {}

    public static String of(long revision, String md5) {
        return "\"" + revision + "-" + md5 + "\"";
    }

    /**
     * {@return the revision that the caller means to change (If-Match), -1 if it names none}
     *
     * @throws IsengardException PARAMETER_OUT_OF_RANGE when the header is no tag of ours
     */
    public static long expectedRevision(Request request) {
        Optional<String> header = request.header("If-Match");
        if (header.isEmpty()) {
            return -1;
        }
        Matcher m = TAG.matcher(header.get().trim());
        if (!m.matches()) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "If-Match must be an ETag of this server");
        }
        return Long.parseLong(m.group(1));
    }

    /** Sets the ETag; answers 304 and returns true when the caller has this version (If-None-Match). */
    public static boolean notModified(String tag, Request request, Response response) {
        Optional<String> known = request.header("If-None-Match").map(String::trim);
        if (known.isPresent() && !TAG.matcher(known.get()).matches()) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "If-None-Match must be an ETag of this server");
        }
        response.header("ETag", tag);
        if (known.filter(tag::equals).isPresent()) {
            response.status(304);
            return true;
        }
        return false;
    }
}
