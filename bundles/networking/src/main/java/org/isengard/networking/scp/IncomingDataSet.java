package org.isengard.networking.scp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomException;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;

/**
 * The data set of a C-STORE request. The SCP reads the SOP class and the SOP instance at its start and compares them with
 * the command before anything is stored (PS3.4 section B.2.3).
 */
final class IncomingDataSet {
    private static final int AFTER_IDENTIFIERS = Tag.SOPInstanceUID + 1;
    /** Bytes that may stand before the identifiers; only a few short attributes do in valid data sets. */
    private static final int LONGEST_START = 1 << 20;

    private final InputStream file;

    private IncomingDataSet(InputStream file) {
        this.file = file;
    }

    /**
     * Reads the start of a data set.
     *
     * @throws DimseException A900 when command and data set name different objects, C000 when the data set lacks SOP class
     *     or SOP instance, or cannot be parsed so far
     */
    static IncomingDataSet check(Operation operation, InputStream dataSet) throws IOException {
        var start = new Recording(
                MetaHeader.before(dataSet, operation.sopClass(), operation.sopInstance(), operation.transferSyntax()));
        Attributes attributes;
        try {
            attributes = DicomReader.read(
                            start,
                            ReadOptions.defaults().withStopAt(AFTER_IDENTIFIERS).withMaxElementLength(LONGEST_START))
                    .dataset();
        } catch (DicomException e) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, e.getMessage(), e);
        }
        compare("SOP class", operation.sopClass(), attributes.getString(Tag.SOPClassUID, ""));
        compare("SOP instance", operation.sopInstance(), attributes.getString(Tag.SOPInstanceUID, ""));
        return new IncomingDataSet(
                new SequenceInputStream(new ByteArrayInputStream(start.recorded.toByteArray()), start.rest()));
    }

    private static void compare(String what, String command, String dataSet) throws DimseException {
        if (dataSet.isBlank()) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, "The data set has no " + what + " UID");
        }
        if (!dataSet.strip().equals(command.strip())) {
            throw new DimseException(Status.IDENTIFIER_DOES_NOT_MATCH, what + " of command and data set differ");
        }
    }

    /** {@return the whole DICOM file (PS3.10), with preamble and meta header} */
    InputStream file() {
        return file;
    }

    /** Keeps what is read, so that it can be read again. */
    private static final class Recording extends FilterInputStream {
        private final ByteArrayOutputStream recorded = new ByteArrayOutputStream(1 << 16);

        Recording(InputStream in) {
            super(in);
        }

        InputStream rest() {
            return in;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count > 0) {
                if (recorded.size() + count > LONGEST_START * 2) {
                    throw new DicomException("No SOP instance UID at the start of the data set");
                }
                recorded.write(target, offset, count);
            }
            return count;
        }
    }
}
