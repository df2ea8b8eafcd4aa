package org.isengard.networking.match;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.isengard.dicom.Value;

/** Compares data sets with the keys of a query, PS3.4 section C.2.2.2, and reduces them to those keys. */
public final class AttributeMatch {
    private static final Set<Integer> EMPTY_SEQUENCES =
            Set.of(Tag.ReferencedStudySequence, Tag.ReferencedPatientSequence);

    private static final int[] STEP_KEYS = {
        Tag.Modality,
        Tag.RequestedContrastAgent,
        Tag.ScheduledStationAETitle,
        Tag.ScheduledProcedureStepStartDate,
        Tag.ScheduledProcedureStepStartTime,
        Tag.ScheduledProcedureStepEndDate,
        Tag.ScheduledProcedureStepEndTime,
        Tag.ScheduledPerformingPhysicianName,
        Tag.ScheduledProcedureStepDescription,
        Tag.ScheduledProcedureStepID,
        Tag.ScheduledStationName,
        Tag.ScheduledProcedureStepLocation,
        Tag.PreMedication,
        Tag.ScheduledProcedureStepStatus,
        Tag.CommentsOnTheScheduledProcedureStep
    };

    private final Attributes keys;
    private final boolean caseSensitiveNames;

    public AttributeMatch(Attributes keys, boolean caseSensitiveNames) {
        this.keys = keys;
        this.caseSensitiveNames = caseSensitiveNames;
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    public boolean matches(Attributes item) {
        return matches(item, keys);
    }

    private boolean matches(Attributes item, Attributes wanted) {
        for (Element key : wanted) {
            if (isNoKey(key.tag()) || key.isEmpty()) {
                continue;
            }
            if (key instanceof Sequence sequence) {
                if (!matches(item.getSequence(key.tag()), sequence)) {
                    return false;
                }
            } else if (!matches(item, key.tag(), key.vr(), wanted)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNoKey(int tag) {
        return tag == Tag.SpecificCharacterSet
                || tag == Tag.QueryRetrieveLevel
                || Tags.isGroupLength(tag)
                // A private creator names a block of private attributes (PS3.5 section 7.8.1) and matches nothing.
                || Tags.isPrivateCreator(tag);
    }

    /** One of the items must match; an item without values matches everything. */
    private boolean matches(Sequence items, Sequence wanted) {
        Attributes key = wanted.get(0);
        if (items == null || items.isEmpty()) {
            return matches(new Attributes(), key);
        }
        for (Attributes item : items) {
            if (matches(item, key)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(Attributes item, int tag, VR vr, Attributes wanted) {
        String text = OrthancText.of(wanted, tag);
        if (text == null || text.isBlank() || text.equals("*")) {
            return true;
        }
        String value = OrthancText.of(item, tag);
        if (value == null || value.isBlank()) {
            return false;
        }
        for (String alternative : text.split("\\\\")) {
            for (String one : value.split("\\\\")) {
                if (matches(one.strip(), alternative.strip(), vr)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean matches(String value, String key, VR vr) {
        switch (vr) {
            case DA, TM, DT:
                return inRange(value, key, vr);
            case PN:
                return name(value, key);
            case UI, IS, DS, AS:
                return value.equals(key);
            default:
                return wildcard(value, key);
        }
    }

    /** The whole name, or one of its component groups. */
    private boolean name(String value, String key) {
        String wanted = foldName(key);
        if (wildcard(foldName(value), wanted)) {
            return true;
        }
        for (String group : value.split("=")) {
            if (wildcard(foldName(group), wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Without the delimiters at the end, which mean nothing, and without case where that is not looked at. */
    private String foldName(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '^' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        String trimmed = name.substring(0, end);
        return caseSensitiveNames ? trimmed : trimmed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /** {@code *} for any text, {@code ?} for any character; without backtracking into more than the last star. */
    private static boolean wildcard(String value, String key) {
        int v = 0;
        int k = 0;
        int star = -1;
        int resume = 0;
        while (v < value.length()) {
            if (k < key.length() && key.charAt(k) == '*') {
                star = k++;
                resume = v;
            } else if (k < key.length() && (key.charAt(k) == '?' || key.charAt(k) == value.charAt(v))) {
                k++;
                v++;
            } else if (star >= 0) {
                k = star + 1;
                v = ++resume;
            } else {
                return false;
            }
        }
        while (k < key.length() && key.charAt(k) == '*') {
            k++;
        }
        return k == key.length();
    }

    /** A single value, or a range of which one end may be open; what is less precise stands for its whole span. */
    private static boolean inRange(String value, String key, VR vr) {
        String plain = digits(value, vr);
        // In DT a minus may also be the sign of a time zone: with four digits behind it and none before that need it.
        int minus = vr == VR.DT && key.matches("[0-9.]+-[0-9]{4}") ? -1 : key.indexOf('-');
        if (minus < 0 || vr == VR.DA && key.matches("[0-9]{4}\\.?[0-9]{2}\\.?[0-9]{2}")) {
            String wanted = digits(key, vr);
            int length = Math.min(wanted.length(), plain.length());
            return !wanted.isEmpty()
                    && plain.regionMatches(0, wanted, 0, length)
                    && (plain.length() >= wanted.length() || isZero(wanted.substring(length)));
        }
        String from = digits(key.substring(0, minus), vr);
        String to = digits(key.substring(minus + 1), vr);
        return (from.isEmpty() || pad(plain, '0').compareTo(pad(from, '0')) >= 0)
                && (to.isEmpty() || pad(plain, '0').compareTo(pad(to, '9')) <= 0);
    }

    private static boolean isZero(String digits) {
        return digits.chars().allMatch(c -> c == '0');
    }

    private static String digits(String text, VR vr) {
        String local = vr == VR.DT ? text.replaceFirst("[+-][0-9]{4}$", "") : text;
        return local.replaceAll("[^0-9]", "");
    }

    private static String pad(String digits, char with) {
        return String.format(Locale.ROOT, "%-20s", digits).replace(' ', with);
    }

    /**
     * {@return a copy of a matching item with the keys of the query, and only those} An answer names a character set only
     * where its text needs one (PS3.4 section K.6.1.2.2): that of the query, else that of the item.
     */
    public Attributes answer(Attributes item) {
        Attributes answer = item.copy();
        reduce(answer, keys);
        if (!needsCharacterSet(answer)) {
            answer.remove(Tag.SpecificCharacterSet);
            return answer;
        }
        List<String> asked = keys.getStrings(Tag.SpecificCharacterSet);
        if (!asked.isEmpty()) {
            answer.setCharacterSet(asked.toArray(String[]::new));
        } else if (!answer.contains(Tag.SpecificCharacterSet)) {
            // The item is in the default encoding of the server, which a file need not name; an answer does.
            answer.setCharacterSet(item.characterSet().definedTerms().toArray(String[]::new));
        }
        return answer;
    }

    private static boolean needsCharacterSet(Attributes attributes) {
        for (Element element : attributes) {
            if (element instanceof Sequence items) {
                for (Attributes item : items) {
                    if (needsCharacterSet(item)) {
                        return true;
                    }
                }
            } else if (element instanceof Value value && value.needsCharacterSet()) {
                return true;
            }
        }
        return false;
    }

    private void reduce(Attributes answer, Attributes wanted) {
        for (int tag : answer.tags()) {
            if (tag != Tag.SpecificCharacterSet && !wanted.contains(tag)) {
                answer.remove(tag);
            }
        }
        for (Element key : wanted) {
            if (isNoKey(key.tag())) {
                continue;
            }
            if (!answer.contains(key.tag())) {
                // Of the sequences, those of return key type 2 may be empty (PS3.4 table K.6-1); others are left out.
                if (key.vr() != VR.SQ || EMPTY_SEQUENCES.contains(key.tag())) {
                    answer.setNull(key.tag(), key.vr());
                }
            } else if (key instanceof Sequence sequence && answer.get(key.tag()) instanceof Sequence items) {
                if (!sequence.isEmpty() && !sequence.get(0).isEmpty()) {
                    reduce(items, sequence.get(0));
                } else if (key.tag() == Tag.ScheduledProcedureStepSequence) {
                    items.forEach(AttributeMatch::completeStep);
                }
            }
        }
    }

    /** A query for the whole step gets each of its return keys (PS3.4 table K.6-1), empty when the item has none. */
    private static void completeStep(Attributes step) {
        for (int tag : STEP_KEYS) {
            if (!step.contains(tag)) {
                step.setNull(tag, Dictionary.standard().vrOf(tag, null));
            }
        }
    }

    private void reduce(Sequence items, Attributes wanted) {
        for (int i = items.size() - 1; i >= 0; i--) {
            if (matches(items.get(i), wanted)) {
                reduce(items.get(i), wanted);
            } else {
                items.remove(i);
            }
        }
    }
}
