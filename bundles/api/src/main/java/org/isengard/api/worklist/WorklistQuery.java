package org.isengard.api.worklist;

import org.isengard.dicom.Attributes;

/**
 * The query of a worklist and the modality that sends it.
 *
 * @param keys the identifier of C-FIND, to be read only
 */
public record WorklistQuery(String callingAet, String calledAet, String remoteIp, Attributes keys) {}
