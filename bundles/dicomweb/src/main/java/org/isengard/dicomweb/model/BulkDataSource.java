package org.isengard.dicomweb.model;

import org.isengard.dicom.Attributes;
import org.isengard.dicom.VR;

/** Gives the values that a data set names by an address. */
@FunctionalInterface
public interface BulkDataSource {
    /**
     * Puts the value at an address into a data set.
     *
     * @throws org.isengard.api.IsengardException BAD_FILE_FORMAT when there is none
     */
    void put(Attributes dataset, int tag, VR vr, String address);
}
