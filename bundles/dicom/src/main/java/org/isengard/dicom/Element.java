package org.isengard.dicom;

/** One data element: a tag with a value, a sequence of items, fragments, or a value left where it was read. */
public abstract sealed class Element permits Value, Sequence, Fragments, BulkData {
    private final int tag;
    private final VR vr;

    Element(int tag, VR vr) {
        this.tag = tag;
        this.vr = vr;
    }

    public final int tag() {
        return tag;
    }

    public final VR vr() {
        return vr;
    }

    /** Whether there is no value: no bytes, no items or no fragments. */
    public abstract boolean isEmpty();

    /** The length of the value in bytes as written in explicit little endian, or -1 where it is not known in advance. */
    public abstract long length();

    /** A copy that shares nothing that could change. */
    abstract Element copy();

    @Override
    public String toString() {
        return Tags.toString(tag) + " " + vr;
    }
}
