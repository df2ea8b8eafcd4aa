package org.isengard.dicom.net;

/**
 * A-ASSOCIATE-RJ (PS3.8 section 9.3.4): received by a requestor, or thrown by the policy of an acceptor to have it sent.
 */
public class AssociationRejectedException extends AssociationException {
    private static final long serialVersionUID = 1L;

    private static final int PERMANENT = 1;
    private static final int TRANSIENT = 2;
    private static final int SERVICE_USER = 1;
    private static final int SERVICE_PROVIDER_ACSE = 2;
    private static final int SERVICE_PROVIDER_PRESENTATION = 3;

    private final int result;
    private final int source;
    private final int reason;

    public AssociationRejectedException(int result, int source, int reason) {
        super("Association rejected: " + describe(source, reason)
                + (result == TRANSIENT ? " (transient)" : " (permanent)"));
        this.result = result;
        this.source = source;
        this.reason = reason;
    }

    public static AssociationRejectedException noReasonGiven() {
        return new AssociationRejectedException(PERMANENT, SERVICE_USER, 1);
    }

    public static AssociationRejectedException applicationContextNotSupported() {
        return new AssociationRejectedException(PERMANENT, SERVICE_USER, 2);
    }

    public static AssociationRejectedException callingAetNotRecognized() {
        return new AssociationRejectedException(PERMANENT, SERVICE_USER, 3);
    }

    public static AssociationRejectedException calledAetNotRecognized() {
        return new AssociationRejectedException(PERMANENT, SERVICE_USER, 7);
    }

    public static AssociationRejectedException protocolVersionNotSupported() {
        return new AssociationRejectedException(PERMANENT, SERVICE_PROVIDER_ACSE, 2);
    }

    public static AssociationRejectedException temporaryCongestion() {
        return new AssociationRejectedException(TRANSIENT, SERVICE_PROVIDER_PRESENTATION, 1);
    }

    public static AssociationRejectedException localLimitExceeded() {
        return new AssociationRejectedException(TRANSIENT, SERVICE_PROVIDER_PRESENTATION, 2);
    }

    public int result() {
        return result;
    }

    public int source() {
        return source;
    }

    public int reason() {
        return reason;
    }

    public boolean isTransient() {
        return result == TRANSIENT;
    }

    private static String describe(int source, int reason) {
        switch (source * 10 + reason) {
            case 12:
                return "application context name not supported";
            case 13:
                return "calling AE title not recognized";
            case 17:
                return "called AE title not recognized";
            case 22:
                return "protocol version not supported";
            case 31:
                return "temporary congestion";
            case 32:
                return "local limit exceeded";
            default:
                return "source " + source + ", reason " + reason;
        }
    }
}
