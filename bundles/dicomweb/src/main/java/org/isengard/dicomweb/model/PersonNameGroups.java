package org.isengard.dicomweb.model;

/**
 * The component groups of a person name (PS3.5 section 6.2.1); "" for a group that is absent.
 *
 * @param alphabetic in single-byte characters
 * @param ideographic in ideographic characters
 * @param phonetic in phonetic characters
 */
record PersonNameGroups(String alphabetic, String ideographic, String phonetic) {
    /** The names of the groups in both models, in their order. */
    static final String[] NAMES = {"Alphabetic", "Ideographic", "Phonetic"};

    static PersonNameGroups of(String name) {
        String[] groups = name.split("=", 3);
        return new PersonNameGroups(
                groups[0].strip(),
                groups.length > 1 ? groups[1].strip() : "",
                groups.length > 2 ? groups[2].strip() : "");
    }

    String[] groups() {
        return new String[] {alphabetic, ideographic, phonetic};
    }

    boolean isEmpty() {
        return alphabetic.isEmpty() && ideographic.isEmpty() && phonetic.isEmpty();
    }

    /** {@return the name as one text, without delimiters at its end} */
    String text() {
        if (!phonetic.isEmpty()) {
            return alphabetic + "=" + ideographic + "=" + phonetic;
        }
        return ideographic.isEmpty() ? alphabetic : alphabetic + "=" + ideographic;
    }
}
