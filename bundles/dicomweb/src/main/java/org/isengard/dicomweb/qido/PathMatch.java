package org.isengard.dicomweb.qido;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tags;

/**
 * A matching key inside of sequences, such as {@code 00400275.00400009} (PS3.18 section 8.3.4.1): some item must match.
 *
 * @param tags sequences from the outside in, and the attribute at the end
 * @param patterns one of them must match one value; empty for any value
 */
record PathMatch(List<Integer> tags, List<Pattern> patterns) {
    private static final int DEEPEST = 16;

    PathMatch {
        tags = List.copyOf(tags);
        patterns = List.copyOf(patterns);
    }

    /** {@return the key; null when the path has a part that is no tag} */
    static PathMatch parse(String path, String value, Dictionary dictionary) {
        List<Integer> tags = new ArrayList<>();
        for (String part : path.split("\\.", -1)) {
            OptionalInt tag = Tags.parse(part, dictionary);
            if (tag.isEmpty() || tags.size() == DEEPEST) {
                return null;
            }
            tags.add(tag.getAsInt());
        }
        List<Pattern> patterns = new ArrayList<>();
        if (!value.isEmpty()) {
            for (String one :
                    QidoQuery.list(tags.get(tags.size() - 1), value, dictionary).split("\\\\")) {
                patterns.add(pattern(one));
            }
        }
        return new PathMatch(tags, patterns);
    }

    /** A pattern that takes no longer than the text is long times the pattern: possessive where no wildcard stands. */
    private static Pattern pattern(String value) {
        StringBuilder regex = new StringBuilder();
        for (String run : value.toLowerCase(Locale.ROOT).replaceAll("\\*+", "*").split("(?<=[*?])|(?=[*?])")) {
            regex.append(run.equals("*") ? ".*" : run.equals("?") ? "." : Pattern.quote(run));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    boolean matches(Attributes dataset) {
        return patterns.isEmpty() || matches(dataset, 0);
    }

    private boolean matches(Attributes dataset, int depth) {
        if (depth == tags.size() - 1) {
            return dataset.getStrings(tags.get(depth)).stream()
                    .map(value -> value.toLowerCase(Locale.ROOT))
                    .anyMatch(value -> patterns.stream()
                            .anyMatch(pattern -> pattern.matcher(value).matches()));
        }
        Sequence sequence = dataset.getSequence(tags.get(depth));
        return sequence != null && sequence.items().stream().anyMatch(item -> matches(item, depth + 1));
    }
}
