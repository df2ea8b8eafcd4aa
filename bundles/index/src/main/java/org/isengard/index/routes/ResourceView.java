package org.isengard.index.routes;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.rest.Request;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.DicomJson.Format;
import org.isengard.rest.kit.QueryFlags;

/**
 * How resources are described.
 *
 * @param requestedTags tags to be shown besides the main ones; null: no field of that name
 */
public record ResourceView(Format format, Set<Content> content, List<Integer> requestedTags) {
    /** Parts of a description, by the values of ResponseContent; the last two are what a plain "expand" shows. */
    public enum Content {
        MAIN_DICOM_TAGS("MainDicomTags"),
        METADATA("Metadata"),
        CHILDREN("Children"),
        PARENT("Parent"),
        LABELS("Labels"),
        STATUS("Status"),
        IS_STABLE("IsStable"),
        IS_PROTECTED("IsProtected"),
        ATTACHMENTS("Attachments"),
        /** Taken for completeness: the tags that a request names are shown with and without it. */
        REQUESTED_TAGS("RequestedTags"),
        FILE("File"),
        DATES("Dates");

        private final String label;

        Content(String label) {
            this.label = label;
        }

        private static Content of(String label) {
            for (Content content : values()) {
                if (content.label.equals(label) && content != FILE && content != DATES) {
                    return content;
                }
            }
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "No such response content: " + label);
        }
    }

    private static final Set<Content> EXPANDED =
            EnumSet.complementOf(EnumSet.of(Content.METADATA, Content.ATTACHMENTS, Content.REQUESTED_TAGS));

    public static ResourceView expanded(Format format) {
        return new ResourceView(format, EXPANDED, null);
    }

    public static Set<Content> content(Iterable<String> labels) {
        Set<Content> content = EnumSet.noneOf(Content.class);
        labels.forEach(label -> content.add(Content.of(label)));
        return content;
    }

    /** Reads {@code full}, {@code short}, {@code requested-tags} and {@code response-content} of a query. */
    public static ResourceView of(Request request, Dictionary dictionary) {
        List<String> contents = list(request, "response-content", "responseContent");
        List<String> names = list(request, "requested-tags", "requestedTags");
        return new ResourceView(
                format(name -> QueryFlags.isSet(request, name)),
                contents == null ? EXPANDED : content(contents),
                names == null ? null : tags(names, dictionary));
    }

    public static boolean hasResponseContent(Request request) {
        return list(request, "response-content", "responseContent") != null;
    }

    public static Format format(Function<String, Boolean> has) {
        if (has.apply("full")) {
            return Format.FULL;
        }
        return has.apply("short") ? Format.SHORT : Format.SIMPLIFIED;
    }

    private static List<String> list(Request request, String... names) {
        for (String name : names) {
            if (request.hasQuery(name)) {
                List<String> values = new ArrayList<>(
                        List.of(request.query(name).orElseThrow().split(";")));
                values.removeIf(String::isEmpty);
                return values;
            }
        }
        return null;
    }

    public static List<Integer> tags(List<String> names, Dictionary dictionary) {
        List<Integer> tags = new ArrayList<>();
        for (String name : names) {
            OptionalInt tag = Tags.parse(name, dictionary);
            if (tag.isEmpty()) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "No such tag: " + name);
            }
            tags.add(tag.getAsInt());
        }
        return tags;
    }

    public boolean shows(Content part) {
        return content.contains(part);
    }

    /** {@return what must be read of resources of a level} */
    public Set<Part> parts(ResourceLevel level) {
        EnumSet<Part> parts = EnumSet.of(Part.METADATA);
        if (shows(Content.MAIN_DICOM_TAGS) || requestedTags != null) {
            parts.add(Part.TAGS);
            if (level == ResourceLevel.STUDY || requestedTags != null) {
                parts.add(Part.PARENT_TAGS);
            }
        }
        if (shows(Content.CHILDREN)) {
            parts.add(Part.CHILDREN);
        }
        if (shows(Content.LABELS)) {
            parts.add(Part.LABELS);
        }
        if (shows(Content.ATTACHMENTS) || shows(Content.FILE) && level == ResourceLevel.INSTANCE) {
            parts.add(Part.ATTACHMENTS);
        }
        return parts;
    }
}
