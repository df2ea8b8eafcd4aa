package org.isengard.api.index;

/**
 * A file of the storage area that belongs to a resource.
 *
 * @param uuid name in the storage area
 * @param type {@code dicom}, {@code dicom-until-pixel-data}, a user-defined name, or a number as text
 * @param size uncompressed size in bytes
 * @param md5 of the uncompressed bytes, lower-case hex; "" when MD5 is off
 * @param compression how the stored bytes are compressed
 * @param storedSize size in the storage area in bytes
 * @param storedMd5 of the stored bytes
 * @param revision counts the changes of this attachment, from 0
 */
public record Attachment(
        String uuid,
        String type,
        long size,
        String md5,
        Compression compression,
        long storedSize,
        String storedMd5,
        long revision) {
    public static final String DICOM = "dicom";
    public static final String DICOM_UNTIL_PIXEL_DATA = "dicom-until-pixel-data";

    /** As in Orthanc: zlib with the uncompressed size (8 bytes, little endian) in front. */
    public enum Compression {
        NONE,
        ZLIB_WITH_SIZE
    }
}
