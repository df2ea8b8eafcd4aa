package org.isengard.dicom.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.isengard.dicom.DicomWriter;

/** The request for an association; set up once, then given to {@link Association#open}. */
public final class AssociationOptions {
    private static final int MOST_CONTEXTS = 128;

    private final String host;
    private final int port;
    private String callingAet = "ISENGARD";
    private String calledAet = "ANY-SCP";
    private int connectTimeout = 10_000;
    private int timeout = 10_000;
    private long maxPduLength = 16_384;
    private long longestDataSet;
    private TlsOptions tls;
    private boolean hostnameChecked;
    private UserIdentity userIdentity;
    private final List<ProposedContext> contexts = new ArrayList<>();
    private final List<RoleSelection> roles = new ArrayList<>();

    private AssociationOptions(String host, int port) {
        this.host = host;
        this.port = port;
    }

    public static AssociationOptions to(String host, int port) {
        return new AssociationOptions(Objects.requireNonNull(host), port);
    }

    public AssociationOptions callingAet(String title) {
        callingAet = title;
        return this;
    }

    public AssociationOptions calledAet(String title) {
        calledAet = title;
        return this;
    }

    /** Milliseconds until a connection must stand. */
    public AssociationOptions connectTimeout(int millis) {
        connectTimeout = millis;
        return this;
    }

    /** Milliseconds to wait for each answer; 0: for ever. */
    public AssociationOptions timeout(int millis) {
        timeout = millis;
        return this;
    }

    /** Longest P-DATA-TF we want to receive, in bytes. */
    public AssociationOptions maxPduLength(long bytes) {
        maxPduLength = bytes;
        return this;
    }

    /** Bytes of a data set after which it is answered with "out of resources"; 0: any number. */
    public AssociationOptions longestDataSet(long bytes) {
        longestDataSet = bytes;
        return this;
    }

    /** Speaks TLS. @param checkHostname whether the peer's certificate must name the host */
    public AssociationOptions tls(SSLContext context, boolean checkHostname) {
        return tls(TlsOptions.of(context), checkHostname);
    }

    /** Speaks TLS. @param checkHostname whether the peer's certificate must name the host */
    public AssociationOptions tls(TlsOptions options, boolean checkHostname) {
        tls = options;
        hostnameChecked = checkHostname;
        return this;
    }

    public AssociationOptions userIdentity(UserIdentity identity) {
        userIdentity = identity;
        return this;
    }

    /**
     * Proposes a presentation context.
     *
     * @throws IllegalStateException if there are 128 already, the most that identifiers allow
     */
    public AssociationOptions propose(String abstractSyntax, String... transferSyntaxes) {
        return propose(abstractSyntax, List.of(transferSyntaxes));
    }

    public AssociationOptions propose(String abstractSyntax, List<String> transferSyntaxes) {
        if (contexts.size() == MOST_CONTEXTS) {
            throw new IllegalStateException("More than 128 presentation contexts");
        }
        contexts.add(new ProposedContext(2 * contexts.size() + 1, abstractSyntax, transferSyntaxes));
        return this;
    }

    /** Asks for these roles with this SOP class, as C-GET needs them. */
    public AssociationOptions role(String sopClass, boolean scu, boolean scp) {
        roles.add(new RoleSelection(sopClass, scu, scp));
        return this;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    int connectTimeout() {
        return connectTimeout;
    }

    int timeout() {
        return timeout;
    }

    long maxPduLength() {
        return maxPduLength;
    }

    long longestDataSet() {
        return longestDataSet;
    }

    TlsOptions tls() {
        return tls;
    }

    boolean hostnameChecked() {
        return hostnameChecked;
    }

    AssociateRequest request() {
        var user = new UserInformation(
                maxPduLength,
                DicomWriter.IMPLEMENTATION_CLASS_UID,
                DicomWriter.IMPLEMENTATION_VERSION_NAME,
                roles,
                userIdentity);
        return new AssociateRequest(
                1, calledAet, callingAet, AssociateRequest.DICOM_APPLICATION_CONTEXT, contexts, user);
    }
}
