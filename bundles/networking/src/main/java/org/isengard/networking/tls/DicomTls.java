package org.isengard.networking.tls;

import java.nio.file.Path;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.net.TlsOptions;
import org.isengard.runtime.tls.TlsException;
import org.isengard.runtime.tls.TlsFiles;

/** TLS of DICOM by Orthanc's options {@code DicomTls...}; changed files take effect with the next connection. */
public final class DicomTls {
    private final TlsFiles files;

    /** @param trusted not looked at unless {@code remoteRequired} */
    public DicomTls(
            Path certificate,
            Path privateKey,
            Path trusted,
            boolean remoteRequired,
            int minimumVersion,
            List<String> ciphers) {
        try {
            files = new TlsFiles(new TlsFiles.Options(
                    "DicomTls", certificate, privateKey, "", remoteRequired ? trusted : null, minimumVersion, ciphers));
        } catch (TlsException e) {
            throw unusable(e);
        }
    }

    /** @throws IsengardException naming the file that cannot be used */
    public TlsOptions options() {
        try {
            return new TlsOptions(files::context, files.protocols(), files.cipherSuites());
        } catch (TlsException e) {
            throw unusable(e);
        }
    }

    private static IsengardException unusable(TlsException e) {
        return new IsengardException(ErrorCode.INCOMPATIBLE_CONFIGURATIONS, e.getMessage(), e);
    }
}
