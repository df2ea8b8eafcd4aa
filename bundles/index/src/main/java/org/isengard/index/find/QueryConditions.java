package org.isengard.index.find;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.api.index.SearchRequest;
import org.isengard.api.index.SearchRequest.LetterCase;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;

/**
 * The matching keys of a search as conditions.
 *
 * @param indexed on tags that the index can search
 * @param others on tags that the index does not keep at the level or above, or that are computed
 */
record QueryConditions(List<Constraint> indexed, List<Constraint> others) {
    /** The only ones that may have wildcards (PS3.4 section C.2.2.2.4). */
    private static final Set<VR> WITH_WILDCARDS =
            EnumSet.of(VR.AE, VR.CS, VR.LO, VR.LT, VR.PN, VR.SH, VR.ST, VR.UC, VR.UR, VR.UT);

    private static final Set<VR> WITH_RANGES = EnumSet.of(VR.DA, VR.DT, VR.TM);

    static QueryConditions of(SearchRequest request, RequestedTags tags, Dictionary dictionary) {
        List<Constraint> indexed = new ArrayList<>();
        List<Constraint> others = new ArrayList<>();
        for (Map.Entry<Integer, String> key : request.query().entrySet()) {
            boolean kept = isIndexed(tags, request.level(), key.getKey());
            if (key.getValue().equals("*") && !kept) {
                // The index knows which resources have a main tag; other tags would have to be looked up in each file.
                continue;
            }
            condition(key.getKey(), key.getValue(), request.letterCase(), dictionary)
                    .ifPresent(condition -> (kept ? indexed : others).add(condition));
        }
        return new QueryConditions(List.copyOf(indexed), List.copyOf(others));
    }

    private static boolean isIndexed(RequestedTags tags, ResourceLevel level, int tag) {
        return tag == FindSql.MODALITIES_IN_STUDY || ComputedTag.of(tag).isEmpty() && !tags.isOnlyInFile(level, tag);
    }

    /** {@return one condition; empty when the key matches everything} */
    private static Optional<Constraint> condition(int tag, String value, LetterCase letterCase, Dictionary dictionary) {
        VR vr = dictionary.vrOf(tag, null);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        boolean caseSensitive = differs(letterCase, vr, value);
        int hyphen = value.indexOf('-');
        if (hyphen >= 0 && WITH_RANGES.contains(vr)) {
            List<String> ends = List.of(
                    value.substring(0, hyphen).strip(),
                    value.substring(hyphen + 1).strip());
            return Optional.of(new Constraint(tag, Match.RANGE, ends, caseSensitive, true));
        }
        boolean wildcard = value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
        if (wildcard && !WITH_WILDCARDS.contains(vr)) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    "No wildcards in " + Tags.toString(tag) + ", whose representation is " + vr);
        }
        if (value.indexOf('\\') >= 0 || tag == FindSql.MODALITIES_IN_STUDY) {
            return Optional.of(new Constraint(tag, Match.LIST, List.of(value.split("\\\\", -1)), caseSensitive, true));
        }
        return Optional.of(
                new Constraint(tag, wildcard ? Match.WILDCARD : Match.EQUAL, List.of(value), caseSensitive, true));
    }

    /** A value without letters reads the same in both cases. */
    private static boolean differs(LetterCase letterCase, VR vr, String value) {
        return (vr == VR.PN ? letterCase.differsInNames() : letterCase.differsInText())
                && value.chars().anyMatch(Character::isLetter);
    }
}
