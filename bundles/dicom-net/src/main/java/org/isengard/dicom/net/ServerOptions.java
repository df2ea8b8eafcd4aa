package org.isengard.dicom.net;

/**
 * How a server treats its connections.
 *
 * @param maxAssociations associations at once, three quarters of them for one address; a further request waits and is
 *     refused as a local limit (PS3.8 section 9.3.4) when none ends in time
 * @param timeoutMillis how long to wait for the peer, also between messages; 0: for ever
 * @param maxPduLength longest P-DATA-TF we want to receive, in bytes; 0: any
 * @param tls null for plain TCP
 * @param clientCertificateNeeded whether a TLS peer must show a certificate
 * @param longestDataSet bytes of a data set after which it is answered with "out of resources"; 0: any number
 */
public record ServerOptions(
        int maxAssociations,
        int timeoutMillis,
        long maxPduLength,
        TlsOptions tls,
        boolean clientCertificateNeeded,
        long longestDataSet) {
    public static final ServerOptions DEFAULT = new ServerOptions(16, 30_000, 16_384, null, false);

    /** Takes data sets of any length. */
    public ServerOptions(
            int maxAssociations,
            int timeoutMillis,
            long maxPduLength,
            TlsOptions tls,
            boolean clientCertificateNeeded) {
        this(maxAssociations, timeoutMillis, maxPduLength, tls, clientCertificateNeeded, 0);
    }

    public ServerOptions {
        if (maxAssociations < 1
                || timeoutMillis < 0
                || maxPduLength < 0
                || maxPduLength > 0xffffffffL
                || longestDataSet < 0) {
            throw new IllegalArgumentException("Associations " + maxAssociations + ", timeout " + timeoutMillis
                    + " ms, PDU length " + maxPduLength + ", data set " + longestDataSet);
        }
    }
}
