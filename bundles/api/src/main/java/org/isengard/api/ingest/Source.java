package org.isengard.api.ingest;

import org.isengard.api.rest.Caller;

/**
 * Where an instance comes from; becomes the metadata of its origin.
 *
 * @param remoteAet calling AE title, "" when not by DICOM
 * @param calledAet called AE title, "" when not by DICOM
 * @param httpHost the Host header, "" when not by HTTP
 */
public record Source(Caller caller, String remoteAet, String calledAet, String httpHost) {
    public static Source rest(Caller caller, String httpHost) {
        return new Source(caller, "", "", httpHost);
    }

    public static Source dicom(String remoteIp, String remoteAet, String calledAet) {
        return new Source(new Caller(Caller.Origin.DICOM_PROTOCOL, remoteIp, ""), remoteAet, calledAet, "");
    }
}
