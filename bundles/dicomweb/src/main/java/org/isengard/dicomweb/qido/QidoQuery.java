package org.isengard.dicomweb.qido;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;

/**
 * The query parameters of a search (PS3.18 section 8.3.4).
 *
 * @param matches matching keys by tag, lists with backslashes
 * @param paths matching keys inside of sequences
 * @param answered attributes of the answers
 * @param fuzzy whether fuzzy matching of names is asked for
 * @param limit most answers, 0 for all
 * @param offset how many answers to leave out
 * @param ignored parameters that mean nothing here
 */
record QidoQuery(
        Map<Integer, String> matches,
        List<PathMatch> paths,
        List<Integer> answered,
        boolean fuzzy,
        long limit,
        long offset,
        List<String> ignored) {
    private static final int MOST_KEYS = 256;
    private static final int LONGEST_VALUE = 8192;

    /** More wildcards than this in one value are meant to keep the server busy. */
    private static final int MOST_WILDCARDS = 32;

    QidoQuery {
        matches = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(matches));
        paths = List.copyOf(paths);
        answered = List.copyOf(answered);
        ignored = List.copyOf(ignored);
    }

    /** @throws IsengardException BAD_FILE_FORMAT when a number is none, BAD_REQUEST when the query is too large */
    static QidoQuery parse(Map<String, List<String>> query, ResourceLevel level, Dictionary dictionary) {
        return new Parser(level, dictionary).parse(query);
    }

    private static final class Parser {
        private final ResourceLevel level;
        private final Dictionary dictionary;
        private final Map<Integer, String> matches = new LinkedHashMap<>();
        private final List<PathMatch> paths = new ArrayList<>();
        private final Set<Integer> answered = new LinkedHashSet<>();
        private final List<String> ignored = new ArrayList<>();
        private boolean fuzzy;
        private long limit;
        private long offset;

        Parser(ResourceLevel level, Dictionary dictionary) {
            this.level = level;
            this.dictionary = dictionary;
        }

        QidoQuery parse(Map<String, List<String>> query) {
            if (query.size() > MOST_KEYS) {
                throw bad("The query has more than " + MOST_KEYS + " parameters");
            }
            query.forEach(this::parameter);
            answered.addAll(AnswerTags.byDefault(
                    level, matches.containsKey(Tag.StudyInstanceUID), matches.containsKey(Tag.SeriesInstanceUID)));
            return new QidoQuery(matches, paths, List.copyOf(answered), fuzzy, limit, offset, ignored);
        }

        private void parameter(String name, List<String> values) {
            String value = values.get(0);
            switch (name) {
                case "limit" -> limit = Math.max(0, number(name, value));
                case "offset" -> {
                    long number = number(name, value);
                    // Orthanc takes a negative number for a very large one.
                    offset = number < 0 ? Long.MAX_VALUE : number;
                }
                case "fuzzymatching" -> fuzzy = value.equalsIgnoreCase("true");
                case "includefield" -> values.forEach(this::include);
                case "accept", "charset" -> {}
                default -> match(name, String.join("\\", values));
            }
        }

        private void include(String list) {
            for (String name : list.split(",")) {
                OptionalInt tag = tag(name.strip());
                if (tag.isPresent()) {
                    answer(tag.getAsInt());
                } else if (!name.isBlank() && !name.strip().equalsIgnoreCase("all")) {
                    ignored.add("includefield=" + name.strip());
                }
            }
        }

        private void answer(int tag) {
            if (answered.size() > MOST_KEYS) {
                throw bad("More than " + MOST_KEYS + " attributes are asked for");
            }
            if (AnswerTags.isAnswered(tag, level) && tag != Tag.SpecificCharacterSet && tag != Tag.RetrieveURL) {
                answered.add(tag);
            }
        }

        private void match(String name, String value) {
            if (value.length() > LONGEST_VALUE) {
                throw bad("The value of " + name + " is longer than " + LONGEST_VALUE + " characters");
            }
            if (value.chars().filter(c -> c == '*' || c == '?').count() > MOST_WILDCARDS) {
                throw bad("The value of " + name + " has more than " + MOST_WILDCARDS + " wildcards");
            }
            if (name.indexOf('.') > 0) {
                PathMatch path = PathMatch.parse(name, value, dictionary);
                if (path == null) {
                    ignored.add(name);
                } else {
                    paths.add(path);
                    answer(path.tags().get(0));
                }
                return;
            }
            OptionalInt tag = tag(name);
            if (tag.isEmpty()) {
                ignored.add(name);
                return;
            }
            matches.put(tag.getAsInt(), list(tag.getAsInt(), value, dictionary));
            answer(tag.getAsInt());
        }

        private OptionalInt tag(String name) {
            OptionalInt tag = Tags.parse(name, dictionary);
            // A private tag says nothing without its creator, and nobody matches what the dictionary does not know.
            return tag.isPresent() && dictionary.lookup(tag.getAsInt(), null) != null ? tag : OptionalInt.empty();
        }
    }

    /** Values are separated by commas here, but not in names and in text that may hold commas and line breaks. */
    static String list(int tag, String value, Dictionary dictionary) {
        VR vr = dictionary.vrOf(tag, null);
        return vr == VR.PN || vr.isString() && !vr.isMultiValued() ? value : value.replace(',', '\\');
    }

    private static long number(String name, String value) {
        if (!value.matches("[+-]?\\d{1,18}")) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, name + " must be a number, not " + value);
        }
        return Long.parseLong(value);
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_REQUEST, why);
    }
}
