package org.isengard.dicom.net;

import org.isengard.dicom.DicomWriter;

/** The implementation identifiers that associations carry: the same as in the meta header of files. */
public final class Implementation {
    public static final String CLASS_UID = DicomWriter.IMPLEMENTATION_CLASS_UID;
    public static final String VERSION_NAME = DicomWriter.IMPLEMENTATION_VERSION_NAME;

    private Implementation() {}
}
