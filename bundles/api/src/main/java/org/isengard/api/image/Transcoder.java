package org.isengard.api.image;

import java.io.IOException;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.TransferSyntax;
import org.osgi.annotation.versioning.ProviderType;

/** Changes the encoding of pixel data. */
@ProviderType
public interface Transcoder {
    /**
     * Transcodes one file. The given data set may be changed and must not be used afterwards.
     *
     * @param file with its pixel data, in memory or referenced
     * @param quality of lossy encodings from 1 to 100; 0: as configured (DicomLossyTranscodingQuality)
     * @param newInstance a lossy encoding makes another instance: set a new SOP Instance UID and say what was done
     *     (PS3.3 section C.7.6.1.1.5)
     * @return the file in the wanted transfer syntax
     * @throws org.isengard.api.IsengardException NOT_IMPLEMENTED when there is no way between these transfer syntaxes
     */
    DicomFile transcode(DicomFile file, TransferSyntax target, int quality, boolean newInstance) throws IOException;
}
