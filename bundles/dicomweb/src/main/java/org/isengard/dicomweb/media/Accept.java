package org.isengard.dicomweb.media;

import java.util.ArrayList;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/**
 * The media types that a client accepts: the header Accept (RFC 9110 section 12.5.1), or the query parameter {@code accept}
 * (PS3.18 section 8.3.3.1). Ranges stand in the order of their weights.
 */
public final class Accept {
    private static final int LONGEST = 16_384;
    private static final int MOST = 64;

    private record Weighted(MediaType type, double weight) {}

    private final List<MediaType> ranges;

    private Accept(List<MediaType> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** @throws IsengardException BAD_REQUEST when it cannot be read */
    public static Accept of(Request request) {
        String parameter = request.query("accept").orElse("");
        return parse(parameter.isBlank() ? request.header("Accept").orElse("") : parameter);
    }

    /** @throws IsengardException BAD_REQUEST when it cannot be read */
    public static Accept parse(String text) {
        if (text.isBlank()) {
            return new Accept(List.of(new MediaType("*/*", java.util.Map.of())));
        }
        if (text.length() > LONGEST) {
            throw bad("is longer than " + LONGEST + " characters");
        }
        List<Weighted> found = new ArrayList<>();
        HeaderValue in = new HeaderValue(text);
        while (!in.atEnd()) {
            if (in.skip(',')) {
                continue;
            }
            MediaType type = MediaType.read(in);
            if (type == null) {
                in.skipToComma();
            } else if (found.size() == MOST) {
                throw bad("names more than " + MOST + " media types");
            } else {
                double weight = weight(type);
                if (weight > 0) {
                    found.add(new Weighted(type, weight));
                }
                if (!in.atEnd() && !in.skip(',')) {
                    in.skipToComma();
                }
            }
        }
        found.sort((a, b) -> Double.compare(b.weight, a.weight));
        return new Accept(found.stream().map(Weighted::type).toList());
    }

    private static double weight(MediaType type) {
        String q = type.parameter("q");
        if (q.isEmpty()) {
            return 1;
        }
        return q.matches("[01](\\.\\d{0,3})?") ? Math.min(1, Double.parseDouble(q)) : 0;
    }

    /** {@return the accepted ranges, the preferred ones first} */
    public List<MediaType> ranges() {
        return ranges;
    }

    /** Whether some range covers a type that is sent alone. */
    public boolean covers(String type) {
        return ranges.stream().anyMatch(range -> range.covers(type));
    }

    /** Whether parts of a type are accepted as {@code multipart/related}. */
    public boolean coversParts(String type) {
        return ranges.stream()
                .anyMatch(range -> range.isMultipart()
                        && MediaType.parse(range.partType())
                                .map(root -> root.covers(type))
                                .orElse(range.partType().isEmpty()));
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_REQUEST, "The header Accept " + why);
    }
}
