package org.isengard.dicom;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a data set is encoded (PS3.5 section 10, annex A).
 *
 * @param encapsulated whether pixel data is a sequence of fragments
 * @param lossy whether the pixel encoding may lose information
 */
public record TransferSyntax(
        String uid,
        String name,
        boolean explicitVR,
        boolean bigEndian,
        boolean deflated,
        boolean encapsulated,
        boolean lossy) {
    private static final Set<String> LOSSLESS = Set.of(
            UID.EncapsulatedUncompressedExplicitVRLittleEndian,
            UID.JPEGLossless,
            UID.JPEGLosslessNonHierarchical15,
            UID.JPEGLosslessHierarchical28,
            UID.JPEGLosslessHierarchical29,
            UID.JPEGLosslessSV1,
            UID.JPEGLSLossless,
            UID.JPEG2000Lossless,
            UID.JPEG2000MCLossless,
            UID.HTJ2KLossless,
            UID.HTJ2KLosslessRPCL,
            UID.RLELossless,
            UID.JPEGXLLossless,
            UID.DeflatedImageFrameCompression);
    /** Of DLX consoles of GE: implicit little endian, but for the words of pixel data. */
    private static final String GE_PRIVATE_UID = "1.2.840.113619.5.2";

    private static final Map<String, TransferSyntax> KNOWN = new ConcurrentHashMap<>();

    public static final TransferSyntax IMPLICIT_LITTLE_ENDIAN = new TransferSyntax(
            UID.ImplicitVRLittleEndian, "Implicit VR Little Endian", false, false, false, false, false);
    public static final TransferSyntax EXPLICIT_LITTLE_ENDIAN = new TransferSyntax(
            UID.ExplicitVRLittleEndian, "Explicit VR Little Endian", true, false, false, false, false);
    public static final TransferSyntax EXPLICIT_BIG_ENDIAN =
            new TransferSyntax(UID.ExplicitVRBigEndian, "Explicit VR Big Endian", true, true, false, false, false);
    public static final TransferSyntax DEFLATED = new TransferSyntax(
            UID.DeflatedExplicitVRLittleEndian, "Deflated Explicit VR Little Endian", true, false, true, false, false);

    static {
        for (TransferSyntax syntax :
                new TransferSyntax[] {IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, DEFLATED}) {
            KNOWN.put(syntax.uid, syntax);
        }
        for (String uid : new String[] {UID.JPIPReferencedDeflate, UID.JPIPHTJ2KReferencedDeflate}) {
            KNOWN.put(uid, new TransferSyntax(uid, UIDs.name(uid), true, false, true, false, true));
        }
        String papyrus = UID.Papyrus3ImplicitVRLittleEndian;
        KNOWN.put(papyrus, new TransferSyntax(papyrus, UIDs.name(papyrus), false, false, false, false, false));
        KNOWN.put(
                GE_PRIVATE_UID,
                new TransferSyntax(
                        GE_PRIVATE_UID,
                        "GE Private Implicit VR Little Endian with Big Endian Pixel Data",
                        false,
                        false,
                        false,
                        false,
                        false));
        UIDs.transferSyntaxes().forEach((uid, name) -> KNOWN.putIfAbsent(uid, encapsulated(uid, name)));
    }

    public static final TransferSyntax RLE = of(UID.RLELossless);
    public static final TransferSyntax JPEG_BASELINE = of(UID.JPEGBaseline8Bit);
    public static final TransferSyntax JPEG_EXTENDED = of(UID.JPEGExtended12Bit);
    public static final TransferSyntax JPEG_LOSSLESS = of(UID.JPEGLossless);
    public static final TransferSyntax JPEG_LOSSLESS_SV1 = of(UID.JPEGLosslessSV1);
    public static final TransferSyntax JPEG_LS_LOSSLESS = of(UID.JPEGLSLossless);
    public static final TransferSyntax JPEG_LS_NEAR_LOSSLESS = of(UID.JPEGLSNearLossless);
    public static final TransferSyntax JPEG_2000_LOSSLESS = of(UID.JPEG2000Lossless);
    public static final TransferSyntax JPEG_2000 = of(UID.JPEG2000);

    /** The transfer syntax of that identifier; an unknown one is taken for explicit little endian, encapsulated. */
    public static TransferSyntax of(String uid) {
        TransferSyntax known = KNOWN.get(uid);
        return known != null ? known : encapsulated(uid, uid);
    }

    /** {@return all transfer syntaxes of the dictionary, by identifier} */
    public static List<TransferSyntax> all() {
        return KNOWN.values().stream()
                .sorted(Comparator.comparing(TransferSyntax::uid))
                .toList();
    }

    /** {@return whether words of pixel data are in big-endian order} */
    public boolean bigEndianPixelData() {
        return bigEndian || uid.equals(GE_PRIVATE_UID);
    }

    public static boolean isKnown(String uid) {
        return KNOWN.containsKey(uid);
    }

    private static TransferSyntax encapsulated(String uid, String name) {
        return new TransferSyntax(uid, name, true, false, false, true, !LOSSLESS.contains(uid));
    }
}
