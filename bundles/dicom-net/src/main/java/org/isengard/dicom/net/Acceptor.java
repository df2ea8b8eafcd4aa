package org.isengard.dicom.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.isengard.dicom.DicomWriter;

/** The acceptor's side of association establishment, PS3.8 section 7.1. */
final class Acceptor {
    /** Time for TLS and the association request, where the configuration has none; ARTIM of PS3.8 section 9.1.5. */
    private static final int ARTIM_MILLIS = 30_000;

    /** Waits until there is room for one more association. */
    @FunctionalInterface
    interface Admission {
        /** @throws AssociationRejectedException when there is none in time */
        void await() throws AssociationException;
    }

    private final AssociationPolicy policy;
    private final ServerOptions options;

    Acceptor(AssociationPolicy policy, ServerOptions options) {
        this.policy = policy;
        this.options = options;
    }

    /**
     * Negotiates on a new connection.
     *
     * @param admission is asked when the request is whole and before it is answered
     * @throws AssociationRejectedException after the peer was told
     */
    Association accept(Socket tcp, Admission admission) throws AssociationException {
        try {
            return negotiate(tcp, admission);
        } catch (AssociationException e) {
            throw e;
        } catch (IOException e) {
            throw new AssociationException("no association was made: " + e.getMessage(), e);
        }
    }

    int artimMillis() {
        return options.timeoutMillis() == 0 ? ARTIM_MILLIS : options.timeoutMillis();
    }

    /** How long TLS and the association request together may take. */
    long patienceNanos() {
        return 2 * 1_000_000L * artimMillis();
    }

    private Association negotiate(Socket tcp, Admission admission) throws IOException {
        tcp.setTcpNoDelay(true);
        int artim = artimMillis();
        tcp.setSoTimeout(artim);
        Socket socket =
                options.tls() == null ? tcp : Sockets.tlsServer(tcp, options.tls(), options.clientCertificateNeeded());
        var in = new PduInput(socket, tcp, options.maxPduLength());
        var out = new PduOutput(socket.getOutputStream());
        in.timeout(artim);
        in.deadlineIn(artim);
        try {
            int type = in.nextPdu();
            if (type != Pdu.ASSOCIATE_RQ) {
                throw new AssociationException("PDU of type " + type + " instead of an association request");
            }
            AssociateRequest request = AssociatePdus.readRequest(in.body());
            in.noDeadline();
            in.timeout(options.timeoutMillis());
            admission.await();
            AssociateAccept answer = answer(request, (InetSocketAddress) tcp.getRemoteSocketAddress());
            out.peerLimit(request.user().maxPduLength());
            UserIdentity identity = request.user().userIdentity();
            out.write(AssociatePdus.write(answer, identity != null && identity.responseRequested()));
            var association = new Association(socket, in, out, request, answer, false);
            association.longestDataSet(options.longestDataSet());
            return association;
        } catch (AssociationRejectedException e) {
            out.write(Pdu.small(Pdu.ASSOCIATE_RJ, e.result(), e.source(), e.reason()));
            throw e;
        } catch (AssociationException e) {
            out.tryWrite(Pdu.small(Pdu.ABORT, 0, Pdu.ABORT_BY_PROVIDER, 0));
            throw e;
        }
    }

    private AssociateAccept answer(AssociateRequest request, InetSocketAddress remote)
            throws AssociationRejectedException {
        if ((request.protocolVersion() & 1) == 0) {
            throw AssociationRejectedException.protocolVersionNotSupported();
        }
        if (!request.applicationContext().equals(AssociateRequest.DICOM_APPLICATION_CONTEXT)) {
            throw AssociationRejectedException.applicationContextNotSupported();
        }
        // PS3.5 section 6.2 forbids both in VR AE; line ends in titles would also forge lines of logs.
        if (isForbidden(request.callingAet())) {
            throw AssociationRejectedException.callingAetNotRecognized();
        }
        if (isForbidden(request.calledAet())) {
            throw AssociationRejectedException.calledAetNotRecognized();
        }
        policy.check(request, remote);
        var contexts = new ArrayList<PresentationContext>();
        for (ProposedContext proposed : request.contexts()) {
            contexts.add(policy.negotiate(proposed, request, remote));
        }
        var user = new UserInformation(
                options.maxPduLength(),
                DicomWriter.IMPLEMENTATION_CLASS_UID,
                DicomWriter.IMPLEMENTATION_VERSION_NAME,
                roles(request),
                null);
        return new AssociateAccept(request.calledAet(), request.callingAet(), contexts, user);
    }

    private static boolean isForbidden(String title) {
        return title.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c));
    }

    private List<RoleSelection> roles(AssociateRequest request) {
        var roles = new ArrayList<RoleSelection>();
        for (RoleSelection asked : request.user().roles()) {
            boolean scp = asked.scp() && policy.acceptsScpRole(asked.sopClass());
            roles.add(new RoleSelection(asked.sopClass(), asked.scu(), scp));
        }
        return roles;
    }
}
