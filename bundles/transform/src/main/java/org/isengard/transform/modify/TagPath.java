package org.isengard.transform.modify;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tags;

/**
 * Where an element is: its tag, behind the items that lead to it, in the notation of DCMTK's dcmodify
 * ({@code RequestAttributesSequence[0].CodeValue}, {@code [*]} for all items).
 *
 * @param steps from the outside in, empty for an element of the data set itself
 */
record TagPath(List<Step> steps, int tag) {
    /** Into one item of a sequence, or all of them for a negative index. */
    record Step(int sequence, int item) {}

    private static final Pattern STEP = Pattern.compile("(.*)\\[(\\*|\\d{1,6})\\]");
    private static final int MAX_DEPTH = 32;

    TagPath {
        steps = List.copyOf(steps);
    }

    /** @throws IsengardException UNKNOWN_DICOM_TAG for a tag that is not known, PARAMETER_OUT_OF_RANGE for a bad index */
    static TagPath parse(String text, Dictionary dictionary) {
        String[] parts = text.split("\\.", MAX_DEPTH + 1);
        if (parts.length > MAX_DEPTH) {
            throw unknown(text);
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < parts.length - 1; i++) {
            Matcher step = STEP.matcher(parts[i]);
            if (!step.matches()) {
                throw new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE,
                        "Each sequence of a path needs an index or [*] behind it: " + text);
            }
            int item = "*".equals(step.group(2)) ? -1 : Integer.parseInt(step.group(2));
            steps.add(new Step(tag(step.group(1), dictionary, text), item));
        }
        return new TagPath(steps, tag(parts[parts.length - 1], dictionary, text));
    }

    private static int tag(String text, Dictionary dictionary, String whole) {
        String bare = text.startsWith("(") && text.endsWith(")") ? text.substring(1, text.length() - 1) : text;
        OptionalInt tag = Tags.parse(bare, dictionary);
        return tag.orElseThrow(() -> unknown(whole));
    }

    private static IsengardException unknown(String text) {
        return new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "Unknown DICOM tag: " + text);
    }

    boolean isTop() {
        return steps.isEmpty();
    }

    boolean is(int topTag) {
        return isTop() && tag == topTag;
    }

    /** Visits the data sets that have, or could have, the element: those at the end of the steps. */
    void visit(Attributes dataset, Consumer<Attributes> visitor) {
        visit(dataset, 0, visitor);
    }

    private void visit(Attributes dataset, int depth, Consumer<Attributes> visitor) {
        if (depth == steps.size()) {
            visitor.accept(dataset);
            return;
        }
        Step step = steps.get(depth);
        if (dataset.get(step.sequence) instanceof Sequence sequence) {
            for (int i = 0; i < sequence.size(); i++) {
                if (step.item < 0 || step.item == i) {
                    visit(sequence.get(i), depth + 1, visitor);
                }
            }
        }
    }
}
