package org.isengard.api.storage;

import java.io.IOException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.ReadOptions;
import org.osgi.annotation.versioning.ProviderType;

/** The DICOM files of stored instances, parsed. */
@ProviderType
public interface DicomFiles {
    /**
     * Reads everything before pixel data.
     *
     * @throws org.isengard.api.IsengardException UNKNOWN_RESOURCE when there is no such instance
     */
    DicomFile header(String instance) throws IOException;

    /** Reads the whole file with pixel data in memory; refused above the configured size. */
    DicomFile full(String instance) throws IOException;

    /** Reads the whole data set but pixel data, whose place is noted and which is read from storage on demand. */
    DicomFile referenced(String instance) throws IOException;

    /** Parses bytes with the server's dictionary, default encoding and limits. */
    DicomFile parse(byte[] file) throws IOException;

    /** {@return the data set without pixel data; short for {@code header(instance).dataset()}} */
    default Attributes dataset(String instance) throws IOException {
        return header(instance).dataset();
    }

    /** {@return how files are read here: dictionary, default encoding, bounds; everything before pixel data} */
    ReadOptions headerOptions();

    /** {@return the standard dictionary with the private entries of the configuration} */
    Dictionary dictionary();
}
