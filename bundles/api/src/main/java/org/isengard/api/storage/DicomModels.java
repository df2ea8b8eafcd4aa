package org.isengard.api.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.isengard.dicom.Attributes;
import org.osgi.annotation.versioning.ProviderType;

/** Writes whole data sets in the models of DICOMweb, binary values in base 64. */
@ProviderType
public interface DicomModels {
    /** Writes the DICOM JSON model (PS3.18 annex F): one object. The stream is flushed, not closed. */
    void writeJson(OutputStream out, Attributes dataset) throws IOException;

    /** Writes the Native DICOM Model (PS3.19 annex A): one document. The stream is flushed, not closed. */
    void writeXml(OutputStream out, Attributes dataset) throws IOException;
}
