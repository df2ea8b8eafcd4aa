package org.isengard.dicom;

import java.util.Optional;

/**
 * The content of a file (PS3.10).
 *
 * @param meta the file meta information, empty if there is none
 * @param transferSyntax as the file meta information has it, or as guessed where it has none or a wrong one
 * @param datasetOffset where the data set starts, in bytes
 * @param pixelDataOffset where the tag (7fe0,0010) of the data set is, in bytes of the file; -1 if there is none, it was
 *     not reached, or the data set is deflated
 * @param pixelDataVR the VR of pixel data, or null
 */
public record DicomFile(
        Attributes meta,
        Attributes dataset,
        TransferSyntax transferSyntax,
        long datasetOffset,
        long pixelDataOffset,
        VR pixelDataVR) {
    private static final int BITS_OF_A_BYTE = 8;

    /**
     * {@return the VR that pixel data has by the standard (PS3.5 annex A)} OB where it is encapsulated, or in explicit VR
     * with at most 8 bits allocated; OW elsewhere.
     */
    public VR usualPixelDataVR() {
        int bits = dataset.getInt(Tag.BitsAllocated, 0);
        boolean bytes = transferSyntax.explicitVR() && bits > 0 && bits <= BITS_OF_A_BYTE;
        return transferSyntax.encapsulated() || bytes ? VR.OB : VR.OW;
    }

    /** {@return the VR of pixel data where it is another one than {@link #usualPixelDataVR}} */
    public Optional<VR> unusualPixelDataVR() {
        return Optional.ofNullable(pixelDataVR).filter(vr -> vr != usualPixelDataVR());
    }
}
