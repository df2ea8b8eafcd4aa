package org.isengard.api.net;

/**
 * A remote modality that asks something of this server.
 *
 * @param manufacturer as configured for the modality, "" when it is not known
 */
public record Requestor(String remoteIp, String remoteAet, String calledAet, String manufacturer) {}
