package org.isengard.dicom.image;

/** Kinds of numbers in a frame. */
public enum SampleType {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    SampleType(int bytes) {
        this.bytes = bytes;
    }

    /** {@return size of one sample in bytes} */
    public int bytes() {
        return bytes;
    }

    public boolean isSigned() {
        return this == INT8 || this == INT16 || this == INT32 || isFloating();
    }

    public boolean isFloating() {
        return this == FLOAT32 || this == FLOAT64;
    }
}
