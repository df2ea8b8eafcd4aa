package org.isengard.dicom.net;

import java.io.InputStream;

/**
 * A DIMSE message as it arrives.
 *
 * @param dataSet the data set in the transfer syntax of the context, while it arrives; null if there is none. What is
 *     left unread is read over when the next message is received.
 */
public record Message(PresentationContext context, CommandSet command, InputStream dataSet) {}
