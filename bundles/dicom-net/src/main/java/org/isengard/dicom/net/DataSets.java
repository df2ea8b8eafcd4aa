package org.isengard.dicom.net;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomException;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.WriteOptions;

/** The data sets of messages other than C-STORE, which are short enough to be held. */
final class DataSets {
    static final int LONGEST = 16 * 1024 * 1024;

    private DataSets() {}

    /**
     * Reads and parses a data set.
     *
     * @throws DimseException if it is longer than 16 MB or not a data set
     */
    static Attributes decode(Message message) throws IOException {
        byte[] bytes = readBounded(message.dataSet());
        try {
            return DicomReader.readDataset(
                    bytes, TransferSyntax.of(message.context().transferSyntax()), ReadOptions.defaults());
        } catch (DicomException e) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, "Bad identifier: " + e.getMessage(), e);
        }
    }

    private static byte[] readBounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
            throw new DimseException(Status.OUT_OF_RESOURCES, "Identifier longer than 16 MB");
        }
        return bytes;
    }

    static byte[] encode(Attributes dataSet, PresentationContext context) {
        var out = new ByteArrayOutputStream(512);
        try {
            // A buffer of our own, since the writer's is made for files.
            var buffered = new BufferedOutputStream(out, 512);
            DicomWriter.writeDataset(
                    buffered, dataSet, TransferSyntax.of(context.transferSyntax()), WriteOptions.defaults());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
