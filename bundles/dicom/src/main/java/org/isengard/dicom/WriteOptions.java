package org.isengard.dicom;

/**
 * How to write a data set.
 *
 * @param definedLengths whether sequences and items have their length in front; otherwise delimiters end them, which
 *     spares measuring
 */
public record WriteOptions(boolean definedLengths) {
    private static final WriteOptions DEFAULT = new WriteOptions(false);

    /** Sequences and items end with delimiters. */
    public static WriteOptions defaults() {
        return DEFAULT;
    }

    public WriteOptions withDefinedLengths() {
        return new WriteOptions(true);
    }
}
