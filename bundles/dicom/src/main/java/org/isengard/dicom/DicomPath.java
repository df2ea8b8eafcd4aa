package org.isengard.dicom;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The way to an element through sequences, written {@code Tag/item/Tag}, for example
 * {@code 0040-a730/0/TextValue}; the items of encapsulated pixel data are numbered from the offset table on.
 */
public final class DicomPath {
    /** The element or item at the end of a path. */
    public sealed interface Content permits Listing, Items, Raw {}

    /** A data set: its tags, written {@code 0010-0020}. */
    public record Listing(List<String> tags) implements Content {}

    /** A sequence or encapsulated pixel data: the number of items. */
    public record Items(int count) implements Content {
        /** The items by their numbers, from "0" on. */
        public List<String> names() {
            var names = new ArrayList<String>(count);
            for (int i = 0; i < count; i++) {
                names.add(Integer.toString(i));
            }
            return names;
        }
    }

    /** A value: its bytes as in the file (little endian), padding included. */
    public record Raw(byte[] bytes) implements Content {}

    /** A path with a name that is no tag. */
    public static final class UnknownTagException extends IOException {
        UnknownTagException(String name) {
            super("Unknown DICOM tag: \"" + name + "\"");
        }
    }

    private final List<String> steps;
    private final Dictionary dictionary;

    private DicomPath(List<String> steps, Dictionary dictionary) {
        this.steps = steps;
        this.dictionary = dictionary;
    }

    /** Empty steps (slashes at the ends, or doubled) do not count; the empty path leads to the data set itself. */
    public static DicomPath of(String path, Dictionary dictionary) {
        var steps = new ArrayList<String>();
        for (String step : path.split("/")) {
            if (!step.isEmpty()) {
                steps.add(step);
            }
        }
        return new DicomPath(steps, dictionary);
    }

    /**
     * Follows the path in a data set; empty if there is no such element or item.
     *
     * @throws UnknownTagException if a step that should be a tag is none
     */
    public Optional<Content> resolve(Attributes dataset) throws IOException {
        Attributes at = dataset;
        for (int i = 0; i < steps.size(); i += 2) {
            OptionalInt tag = Tags.parse(steps.get(i), dictionary);
            if (tag.isEmpty()) {
                throw new UnknownTagException(steps.get(i));
            }
            Element element = at.get(tag.getAsInt());
            if (element == null) {
                return Optional.empty();
            }
            // The reference shows native pixel data as a list of one block.
            boolean pixels = i == 0 && tag.getAsInt() == Tag.PixelData && !(element instanceof Fragments);
            if (i + 1 == steps.size()) {
                return pixels ? Optional.of(new Items(1)) : content(at, element);
            }
            int index = index(steps.get(i + 1));
            if (pixels) {
                return index == 0 && i + 2 == steps.size() ? content(at, element) : Optional.empty();
            }
            if (element instanceof Fragments fragments) {
                return i + 2 == steps.size() ? fragment(fragments, index) : Optional.empty();
            }
            if (!(element instanceof Sequence sequence) || index < 0 || index >= sequence.size()) {
                return Optional.empty();
            }
            at = sequence.get(index);
        }
        var tags = new ArrayList<String>(at.size());
        for (Element element : at) {
            tags.add(Tags.toString(element.tag()).replace(',', '-'));
        }
        return Optional.of(new Listing(tags));
    }

    private static int index(String step) {
        if (step.isEmpty() || step.length() > 9 || !step.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Integer.parseInt(step);
    }

    private static Optional<Content> content(Attributes at, Element element) throws IOException {
        if (element instanceof Sequence sequence) {
            return Optional.of(new Items(sequence.size()));
        }
        if (element instanceof Fragments fragments) {
            return Optional.of(new Items(fragments.size() + 1));
        }
        if (element instanceof BulkData bulk) {
            if (bulk.length() > Integer.MAX_VALUE - 16) {
                throw new DicomException("A value of " + bulk.length() + " bytes does not fit into memory");
            }
            byte[] bytes = bulk.read(0, (int) bulk.length());
            if (bulk.bigEndian()) {
                Bytes.swap(bytes, 0, bytes.length, bulk.vr().unitSize());
            }
            return Optional.of(new Raw(bytes));
        }
        return Optional.of(new Raw(raw(at, (Value) element)));
    }

    private static byte[] raw(Attributes at, Value value) {
        byte[] bytes = value.bytes(at.characterSet());
        if (value.isEncoded() || bytes.length % 2 == 0) {
            return bytes;
        }
        byte[] padded = Arrays.copyOf(bytes, bytes.length + 1);
        padded[bytes.length] = value.vr().padding();
        return padded;
    }

    private static Optional<Content> fragment(Fragments fragments, int index) throws IOException {
        if (index < 0 || index > fragments.size()) {
            return Optional.empty();
        }
        return Optional.of(new Raw(index == 0 ? fragments.offsetTable() : fragments.get(index - 1)));
    }
}
