package org.isengard.dicom;

/**
 * What was read from a file (PS3.10).
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
        VR pixelDataVR) {}
