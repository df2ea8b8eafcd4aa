package org.isengard.rest.kit.content;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;

/** ETags of what has revisions: {@code "REVISION-MD5"} in quotes, as in Orthanc. */
public final class EntityTag {
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"?(\\d{1,18})-([^\"]+)\"?");

    private static final int NOT_MODIFIED = 304;

    private EntityTag() {}

    public static String of(long revision, String md5) {
        return "\"" + revision + "-" + md5 + "\"";
    }

    /**
     * Checks the condition of a change.
     *
     * @param revision -1 for none
     * @param check whether it counts
     */
    public record Expected(long revision, boolean check) {}

    /**
     * Reads If-Match, which counts where it is given; where revisions are checked, it must be given.
     *
     * @param revision of what is there, -1 for nothing
     * @param md5 of what is there
     * @param always Orthanc's option {@code CheckRevisions}
     * @throws IsengardException PARAMETER_OUT_OF_RANGE when the header is no tag of a revision
     */
    public static Expected expected(Request request, long revision, String md5, boolean always) {
        Optional<String> header = request.header("If-Match");
        if (header.isEmpty()) {
            return new Expected(-1, always);
        }
        return new Expected(names("If-Match", header.get(), revision, md5) ? revision : -1, true);
    }

    /**
     * Sets the ETag; returns true when the caller has this version (If-None-Match), which is to be answered with 304.
     *
     * @throws IsengardException PARAMETER_OUT_OF_RANGE when the header is no tag of a revision
     */
    public static boolean notModified(long revision, String md5, Request request, Response response) {
        Optional<String> header = request.header("If-None-Match");
        boolean known = header.isPresent() && names("If-None-Match", header.get(), revision, md5);
        response.header("ETag", of(revision, md5));
        if (known) {
            response.status(NOT_MODIFIED);
        }
        return known;
    }

    private static boolean names(String header, String tag, long revision, String md5) {
        Matcher m = TAG.matcher(tag.strip());
        if (!m.matches()) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    header + " must be a revision and an MD5, as in this server's ETags");
        }
        return Long.parseLong(m.group(1)) == revision && m.group(2).equals(md5);
    }
}
