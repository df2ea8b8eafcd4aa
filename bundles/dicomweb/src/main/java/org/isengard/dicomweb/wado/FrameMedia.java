package org.isengard.dicomweb.wado;

import java.util.Map;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicomweb.media.MediaType;

/**
 * The media types of pixel data (PS3.18 table 8.7.3-5).
 *
 * @param type such as {@code image/jpeg}
 * @param transferSyntax UID, {@code *} for the one of the file
 */
record FrameMedia(String type, String transferSyntax) {
    static final String OCTETS = "application/octet-stream";
    static final String AS_STORED = "*";

    /** The transfer syntax that a media type means when it names none. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry(OCTETS, UID.ExplicitVRLittleEndian),
            Map.entry("image/jpeg", UID.JPEGLosslessSV1),
            Map.entry("image/dicom-rle", UID.RLELossless),
            Map.entry("image/x-dicom-rle", UID.RLELossless),
            Map.entry("image/jls", UID.JPEGLSLossless),
            Map.entry("image/x-jls", UID.JPEGLSLossless),
            Map.entry("image/jp2", UID.JPEG2000Lossless),
            Map.entry("image/jpx", "1.2.840.10008.1.2.4.92"),
            Map.entry("image/jphc", "1.2.840.10008.1.2.4.201"),
            Map.entry("video/mpeg", "1.2.840.10008.1.2.4.100"),
            Map.entry("video/mp4", "1.2.840.10008.1.2.4.102"));

    /** {@return what a range asks for; null when it asks for no pixel data or contradicts itself} */
    static FrameMedia of(MediaType range) {
        String type = range.isMultipart() ? range.partType() : range.type();
        if (type.isEmpty() || type.equals("*/*") || type.equals("multipart/*") || type.equals("application/*")) {
            type = OCTETS;
        }
        String byDefault = DEFAULTS.get(type);
        String named = range.transferSyntax();
        if (byDefault == null) {
            return null;
        }
        if (named.isEmpty()) {
            return new FrameMedia(type, byDefault);
        }
        if (named.equals(AS_STORED)) {
            return new FrameMedia(type, AS_STORED);
        }
        if (!TransferSyntax.isKnown(named) || !type.equals(OCTETS) && !type.equals(typeOf(named))) {
            return null;
        }
        return new FrameMedia(type, named);
    }

    /** {@return the media type of pixel data in a transfer syntax} */
    static String typeOf(String transferSyntax) {
        TransferSyntax syntax = TransferSyntax.of(transferSyntax);
        if (!syntax.encapsulated()) {
            return OCTETS;
        }
        String number = transferSyntax.substring(transferSyntax.lastIndexOf('.') + 1);
        if (transferSyntax.equals(UID.RLELossless)) {
            return "image/dicom-rle";
        }
        return switch (number) {
            case "50", "51", "57", "70" -> "image/jpeg";
            case "80", "81" -> "image/jls";
            case "90", "91" -> "image/jp2";
            case "92", "93" -> "image/jpx";
            case "201", "202", "203" -> "image/jphc";
            case "100", "101" -> "video/mpeg";
            case "102", "103", "104", "105", "106", "107", "108" -> "video/mp4";
            default -> OCTETS;
        };
    }

    /** {@return the value of a Content-Type for frames in a transfer syntax} */
    String contentType(String actualSyntax, String separator) {
        String actual = transferSyntax.equals(AS_STORED) ? typeOf(actualSyntax) : type;
        return actual + ";" + separator + "transfer-syntax=" + actualSyntax;
    }
}
