package org.isengard.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tags;
import org.isengard.dicom.Value;

/** Character sets that clients ask for: only known ones, and none that loses text. */
public final class CharacterSets {
    private CharacterSets() {}

    /**
     * {@return the defined terms (PS3.3 C.12.1.1.2) of a value of (0008,0005) in JSON}
     *
     * @throws IsengardException BAD_REQUEST if it is no text, PARAMETER_OUT_OF_RANGE if one is not known, as Orthanc's
     *     /tools/create-dicom
     */
    public static String[] terms(JsonNode value) {
        if (!value.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "A character set must be a text");
        }
        String[] terms = value.asText().split("\\\\");
        for (int i = 0; i < terms.length; i++) {
            // The first one may be left out, for ASCII.
            boolean isDefault = i == 0 && terms[i].isBlank();
            if (!isDefault && SpecificCharacterSet.of(terms[i]).definedTerms().isEmpty()) {
                throw new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE, "Unknown specific character set: " + terms[i].trim());
            }
        }
        return Arrays.stream(terms).map(String::trim).toArray(String[]::new);
    }

    /** @throws IsengardException BAD_REQUEST if a text of the data set or its items has characters that this set lacks */
    public static void requireText(Attributes dataset, SpecificCharacterSet wanted) {
        for (Element element : dataset) {
            if (element instanceof Sequence sequence) {
                sequence.forEach(item -> requireText(item, wanted));
            } else if (element instanceof Value value && value.needsCharacterSet()) {
                String text = String.join("\\", dataset.getStrings(value.tag()));
                // Damaged text keeps its bytes.
                if (text.indexOf(SpecificCharacterSet.UNKNOWN) < 0 && !wanted.canEncode(text)) {
                    throw new IsengardException(
                            ErrorCode.BAD_REQUEST,
                            "The text of " + Tags.toString(value.tag()) + " cannot be written in "
                                    + (wanted.definedTerms().isEmpty() ? "ASCII" : wanted));
                }
            }
        }
    }
}
