package org.isengard.dicomweb.stow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;

/** Looks at the beginning of a DICOM file that comes as a stream, and gives the whole file again. */
final class PartHeader {
    private static final int LONGEST = 16 << 20;

    private final Attributes dataset;
    private final InputStream file;

    private PartHeader(Attributes dataset, InputStream file) {
        this.dataset = dataset;
        this.file = file;
    }

    /** @throws IOException when it is no DICOM file, or its header takes more than 16 MiB */
    static PartHeader read(InputStream in, ReadOptions options) throws IOException {
        Recorder recorder = new Recorder(in);
        Attributes dataset =
                DicomReader.read(recorder, options.withStopAt(Tag.StudyID)).dataset();
        return new PartHeader(
                dataset, new SequenceInputStream(new ByteArrayInputStream(recorder.bytes.toByteArray()), in));
    }

    StowReport.Uids uids() {
        return uids(dataset);
    }

    static StowReport.Uids uids(Attributes dataset) {
        return new StowReport.Uids(
                dataset.getString(Tag.SOPClassUID, ""),
                dataset.getString(Tag.StudyInstanceUID, ""),
                dataset.getString(Tag.SeriesInstanceUID, ""),
                dataset.getString(Tag.SOPInstanceUID, ""));
    }

    InputStream file() {
        return file;
    }

    private static final class Recorder extends InputStream {
        private final InputStream in;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);

        Recorder(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = in.read(buffer, offset, length);
            if (n > 0) {
                if (bytes.size() + n > LONGEST) {
                    throw new IOException("The header of the file takes more than " + LONGEST + " bytes");
                }
                bytes.write(buffer, offset, n);
            }
            return n;
        }
    }
}
