package org.isengard.runtime.tls;

/** A file, a version or a cipher suite cannot be used for TLS; the message names it in one line. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
