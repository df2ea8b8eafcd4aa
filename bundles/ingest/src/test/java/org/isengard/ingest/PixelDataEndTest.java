package org.isengard.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;

class PixelDataEndTest {
    private static final byte[] BEFORE = {1, 2, 3, 4, 5, 6};

    private static byte[] element(ByteOrder order, String vr, long length, byte[]... rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(BEFORE);
        ByteBuffer header = ByteBuffer.allocate(vr.isEmpty() ? 8 : 12).order(order);
        header.putShort((short) 0x7fe0).putShort((short) 0x0010);
        if (!vr.isEmpty()) {
            header.put((byte) vr.charAt(0)).put((byte) vr.charAt(1)).putShort((short) 0);
        }
        header.putInt((int) length);
        out.writeBytes(header.array());
        for (byte[] part : rest) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] item(int element, int length) {
        byte[] value = new byte[Math.max(0, length)];
        return ByteBuffer.allocate(8 + value.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xfffe)
                .putShort((short) element)
                .putInt(length)
                .put(value)
                .array();
    }

    private static boolean isWhole(byte[] file, int length, TransferSyntax syntax, int chunk) {
        PixelDataEnd end =
                new PixelDataEnd(new DicomFile(new Attributes(), new Attributes(), syntax, 0, BEFORE.length, VR.OW));
        for (int at = 0; at < length; at += chunk) {
            byte[] piece = Arrays.copyOfRange(file, at, Math.min(length, at + chunk));
            end.pass(piece, 0, piece.length);
        }
        return end.isWhole();
    }

    /** Each file is whole at its full length and at no shorter one, in whatever pieces it comes. */
    @Test
    void aFileIsWholeAtItsFullLengthOnly() {
        byte[] delimiter = item(0xe0dd, 0);
        record File(byte[] bytes, TransferSyntax syntax) {}
        for (File file : List.of(
                new File(
                        element(ByteOrder.LITTLE_ENDIAN, "OW", 20, new byte[20]),
                        TransferSyntax.EXPLICIT_LITTLE_ENDIAN),
                new File(element(ByteOrder.LITTLE_ENDIAN, "OW", 0), TransferSyntax.EXPLICIT_LITTLE_ENDIAN),
                new File(element(ByteOrder.LITTLE_ENDIAN, "", 20, new byte[20]), TransferSyntax.IMPLICIT_LITTLE_ENDIAN),
                new File(element(ByteOrder.BIG_ENDIAN, "OW", 20, new byte[20]), TransferSyntax.EXPLICIT_BIG_ENDIAN),
                new File(
                        element(ByteOrder.LITTLE_ENDIAN, "OB", -1, item(0xe000, 0), item(0xe000, 6), delimiter),
                        TransferSyntax.EXPLICIT_LITTLE_ENDIAN),
                new File(
                        element(ByteOrder.LITTLE_ENDIAN, "OB", -1, delimiter),
                        TransferSyntax.EXPLICIT_LITTLE_ENDIAN))) {
            for (int chunk : List.of(1, 3, 1000)) {
                for (int length = 0; length <= file.bytes.length; length++) {
                    assertEquals(
                            length == file.bytes.length,
                            isWhole(file.bytes, length, file.syntax, chunk),
                            length + " of " + file.bytes.length + " bytes in pieces of " + chunk);
                }
            }
        }
    }

    @Test
    void bytesAfterThePixelDataDoNotMatter() {
        byte[] file = element(ByteOrder.LITTLE_ENDIAN, "OW", 4, new byte[9]);
        assertEquals(true, isWhole(file, file.length, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 5));
    }

    @Test
    void anItemThatIsNoneOrHasNoLengthIsNotWhole() {
        byte[] delimiter = item(0xe0dd, 0);
        byte[] other = element(ByteOrder.LITTLE_ENDIAN, "OB", -1, item(0x1234, 0), delimiter);
        byte[] open = element(ByteOrder.LITTLE_ENDIAN, "OB", -1, item(0xe000, -1), delimiter);
        assertEquals(false, isWhole(other, other.length, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 100));
        assertEquals(false, isWhole(open, open.length, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 100));
    }
}
