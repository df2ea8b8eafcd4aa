package org.isengard.ingest;

import java.io.IOException;
import java.io.InputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;

/** Refuses a file that was cut off: the sender may delete its copy once the file is acknowledged. */
final class WholeFile {
    private WholeFile() {}

    /**
     * Refuses a file that ends too early.
     *
     * @param end which has passed all bytes of the file
     * @param file for a deflated data set, whose end only inflating shows
     * @throws IsengardException BAD_FILE_FORMAT when the file is not whole
     */
    static void require(DicomFile header, PixelDataEnd end, InputStream file, ReadOptions headerOptions)
            throws IOException {
        if (!end.isWhole()) {
            throw cutOff();
        }
        if (header.transferSyntax().deflated()) {
            DicomReader.read(file, ReadOptions.defaults().withDictionary(headerOptions.dictionary()));
        }
    }

    static IsengardException cutOff() {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The file ends within its pixel data");
    }
}
