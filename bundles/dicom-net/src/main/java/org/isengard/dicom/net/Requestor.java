package org.isengard.dicom.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** The requestor's side of association establishment, PS3.8 section 7.1. */
final class Requestor {
    private Requestor() {}

    static Association open(AssociationOptions options) throws AssociationException {
        AssociateRequest request = options.request();
        byte[] pdu = AssociatePdus.write(request);
        String peer = options.host() + ":" + options.port();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(options.host(), options.port()), options.connectTimeout());
            Socket tcp = socket;
            if (options.tls() != null) {
                tcp.setSoTimeout(options.timeout());
                socket = Sockets.tlsClient(
                        tcp, options.tls(), options.host(), options.port(), options.hostnameChecked());
            }
            var in = new PduInput(socket, tcp, options.maxPduLength());
            in.timeout(options.timeout());
            in.deadlineIn(options.timeout());
            var out = new PduOutput(socket.getOutputStream());
            out.write(pdu);
            AssociateAccept accept = answer(in, request);
            in.noDeadline();
            out.peerLimit(accept.user().maxPduLength());
            var association = new Association(socket, in, out, request, accept, true);
            association.longestDataSet(options.longestDataSet());
            return association;
        } catch (SocketTimeoutException e) {
            Sockets.closeQuietly(socket);
            throw new AssociationException("No answer from " + peer + " in time", e);
        } catch (AssociationException e) {
            Sockets.closeQuietly(socket);
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            Sockets.closeQuietly(socket);
            throw new AssociationException("Cannot connect to " + peer + ": " + e.getMessage(), e);
        }
    }

    private static AssociateAccept answer(PduInput in, AssociateRequest request) throws IOException {
        int type = in.nextPdu();
        if (type != Pdu.ASSOCIATE_AC && type != Pdu.ASSOCIATE_RJ && type != Pdu.ABORT) {
            throw new AssociationException("PDU of type " + type + " in answer to an association request");
        }
        byte[] body = in.body();
        if (type == Pdu.ASSOCIATE_AC) {
            return AssociatePdus.readAccept(body, request);
        }
        if (body.length < 4) {
            throw new AssociationException("PDU of type " + type + " has only " + body.length + " bytes");
        }
        if (type == Pdu.ABORT) {
            throw new AssociationAbortedException(body[2] & 0xff, body[3] & 0xff);
        }
        throw new AssociationRejectedException(body[1] & 0xff, body[2] & 0xff, body[3] & 0xff);
    }
}
