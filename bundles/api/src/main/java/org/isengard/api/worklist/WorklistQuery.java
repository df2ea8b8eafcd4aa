package org.isengard.api.worklist;

import org.isengard.dicom.Attributes;

/**
 * Who asks for what.
 *
 * @param keys the identifier of C-FIND, to be read only
 */
public record WorklistQuery(String callingAet, String calledAet, String remoteIp, Attributes keys) {}
