package org.isengard.dicomweb.model;

import java.util.Arrays;
import java.util.Base64;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.isengard.dicom.Value;

/** Rules of both the JSON and the XML model: which elements appear, and which of them are bulk data. */
final class ModelElements {
    private ModelElements() {}

    /** Group lengths, command and file meta elements do not appear (PS3.18 section F.2.2). */
    static boolean appears(Element element) {
        int group = Tags.group(element.tag());
        return group > 2 && Tags.element(element.tag()) != 0;
    }

    /**
     * Whether the value goes by reference. A header that was cut off in front of the pixel data has an empty element in
     * its place.
     */
    static boolean isBulk(Attributes dataset, Element element) {
        return element.vr().isBinary()
                && (!element.isEmpty() || element.tag() == Tag.PixelData && dataset.parent() == null);
    }

    /** {@return the bytes of a binary value without those it lacks; null for values that lie elsewhere} */
    static byte[] inline(Attributes dataset, Element element) {
        return element instanceof Value value ? value.bytes(dataset.characterSet()) : null;
    }

    /** Text that came as Unicode is written in UTF-8, whatever the data set said before. */
    static void declareUtf8(Attributes dataset) {
        dataset.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        removeInItems(dataset);
    }

    private static void removeInItems(Attributes dataset) {
        for (Element element : dataset) {
            if (element instanceof Sequence sequence) {
                for (Attributes item : sequence) {
                    item.remove(Tag.SpecificCharacterSet);
                    removeInItems(item);
                }
            }
        }
    }

    /** {@return the bytes, with one more where their number is odd} */
    static byte[] even(byte[] bytes, VR vr) {
        if (bytes.length % 2 == 0) {
            return bytes;
        }
        byte[] even = Arrays.copyOf(bytes, bytes.length + 1);
        even[bytes.length] = vr.padding();
        return even;
    }

    /** @throws IllegalArgumentException when a text is no base 64; line breaks in it do not count */
    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    }

    /** {@return a number as Java reads it: the models write infinity as inf} */
    static String special(String number) {
        return switch (number) {
            case "inf", "+inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            case "nan" -> "NaN";
            default -> number;
        };
    }

    static String hex(int tag) {
        return String.format("%08x", tag);
    }
}
