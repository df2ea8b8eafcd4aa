package org.isengard.itests;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where Orthanc 1.10.1, which Debian has, and the API of 1.12.11, which this server speaks, differ; and what cannot be
 * the same on two servers.
 */
final class KnownDifferences {
    /**
     * @param what method and path, or their end
     * @param at place in the answer
     */
    private record Known(Pattern what, Pattern at, String why) {
        static Known of(String what, String at, String why) {
            return new Known(Pattern.compile(what), Pattern.compile(at), why);
        }

        boolean covers(String method, String place) {
            return what.matcher(method).find() && at.matcher(place).matches();
        }
    }

    private static final List<Known> ALL = List.of(
            Known.of("", "(.*/)?(LastUpdate|ReceptionDate|Date)", "clocks"),
            Known.of("", "(.*/)?FileUuid", "random"),
            Known.of("", "(.*/)?Labels", "labels came with 1.12.0"),
            Known.of("", "(.*/)?IsProtected", "the protection shows in the patient since 1.12.8"),
            Known.of("", "(.*/)?MainDicomTags/RequestAttributesSequence", "sequences are main tags since 1.11.1"),
            Known.of(
                    "/metadata(\\?expand)?$",
                    "/(MainDicomTagsSignature|MainDicomSequences|PixelDataVR)",
                    "metadata that later versions keep"),
            Known.of("/attachments/dicom$", "/(uuid|info)", "came with 1.12.0"),
            Known.of("/changes", "/First", "came with 1.12.5"),
            Known.of("", "(.*/)?0009,1015(/.*)?", "values of representation OF are shown since 1.12"),
            Known.of("/frames/./raw$", "status", "no pixel data: an error all the same"),
            Known.of("/tools/dicom-conformance", "body", "lists of the version"));

    private int count;

    boolean covers(String what, String at, String theirs, String ours) {
        boolean covered = ALL.stream().anyMatch(known -> known.covers(what, at)) || differByBlanks(what, theirs, ours);
        if (covered) {
            count++;
        }
        return covered;
    }

    /** Blanks at the end of raw values, which Orthanc 1.10.1 cuts off. */
    private static boolean differByBlanks(String what, String theirs, String ours) {
        return what.contains("/content/") && theirs.stripTrailing().equals(ours.stripTrailing());
    }

    int count() {
        return count;
    }
}
