package org.isengard.itests;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;

/** Files with much pixel data. */
final class LargeFile {
    private static final Pattern ID = Pattern.compile("\"ID\"\\s*:\\s*\"([0-9a-f-]+)\"");

    private LargeFile() {}

    /** @param pixels bytes of pixel data, even */
    static byte[] bytes(int pixels) {
        Attributes image = SampleFile.dataset("large", pixels / 1000);
        byte[] data = new byte[pixels];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 2654435761L >> 24);
        }
        image.setInt(Tag.Rows, VR.US, 1024);
        image.setInt(Tag.Columns, VR.US, 1024);
        image.setString(Tag.NumberOfFrames, VR.IS, Integer.toString(Math.max(1, pixels >> 20)));
        image.setBytes(Tag.PixelData, VR.OB, data);
        return SampleFile.of(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).bytes();
    }

    /** The identifier in the answer to an upload. */
    static String id(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        Matcher matcher = ID.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no identifier in " + text);
        }
        return matcher.group(1);
    }
}
