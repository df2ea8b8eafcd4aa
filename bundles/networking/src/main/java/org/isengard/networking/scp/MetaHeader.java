package org.isengard.networking.scp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.WriteOptions;

/** Makes a DICOM file of a data set that arrives: preamble and meta header in front, PS3.10 section 7.1. */
final class MetaHeader {
    private static final int PREAMBLE = 128;
    private static final int GROUP_LENGTH_ELEMENT = 12;

    private MetaHeader() {}

    static InputStream before(InputStream dataSet, String sopClass, String sopInstance, String transferSyntax)
            throws IOException {
        Attributes meta = DicomWriter.fileMetaInformation(sopClass, sopInstance, TransferSyntax.of(transferSyntax));
        byte[] elements = encode(meta);
        ByteBuffer groupLength = ByteBuffer.allocate(GROUP_LENGTH_ELEMENT).order(ByteOrder.LITTLE_ENDIAN);
        groupLength.putShort((short) 2).putShort((short) 0).put((byte) 'U').put((byte) 'L');
        groupLength.putShort((short) 4).putInt(elements.length);
        var file = new ByteArrayOutputStream(PREAMBLE + 4 + GROUP_LENGTH_ELEMENT + elements.length);
        file.writeBytes(new byte[PREAMBLE]);
        file.writeBytes(new byte[] {'D', 'I', 'C', 'M'});
        file.writeBytes(groupLength.array());
        file.writeBytes(elements);
        return new SequenceInputStream(new ByteArrayInputStream(file.toByteArray()), dataSet);
    }

    private static byte[] encode(Attributes attributes) throws IOException {
        var out = new ByteArrayOutputStream(256);
        DicomWriter.writeDataset(out, attributes, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, WriteOptions.defaults());
        return out.toByteArray();
    }
}
