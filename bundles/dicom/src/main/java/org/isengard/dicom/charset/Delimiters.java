package org.isengard.dicom.charset;

/** The characters at which code extension falls back to the initial character set (PS3.5 section 6.1.2.5.3). */
public enum Delimiters {
    /** Control characters only: ST, LT, UT. */
    TEXT,
    /** And the backslash between values. */
    VALUES,
    /** And the delimiters of a person's name. */
    PERSON_NAME;

    boolean resets(int character) {
        switch (character) {
            case '\t':
            case '\n':
            case '\f':
            case '\r':
                return true;
            case '\\':
                return this != TEXT;
            case '^':
            case '=':
                return this == PERSON_NAME;
            default:
                return false;
        }
    }
}
