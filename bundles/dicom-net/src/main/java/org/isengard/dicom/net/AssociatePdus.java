package org.isengard.dicom.net;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes the bodies of A-ASSOCIATE-RQ and A-ASSOCIATE-AC, PS3.8 sections 9.3.2 and 9.3.3, PS3.7 annex D. */
final class AssociatePdus {
    private static final int APPLICATION_CONTEXT = 0x10;
    private static final int PROPOSED_CONTEXT = 0x20;
    private static final int ANSWERED_CONTEXT = 0x21;
    private static final int ABSTRACT_SYNTAX = 0x30;
    private static final int TRANSFER_SYNTAX = 0x40;
    private static final int USER_INFORMATION = 0x50;
    private static final int MAXIMUM_LENGTH = 0x51;
    private static final int IMPLEMENTATION_CLASS = 0x52;
    private static final int ROLE_SELECTION = 0x54;
    private static final int IMPLEMENTATION_VERSION = 0x55;
    private static final int USER_IDENTITY = 0x58;
    private static final int USER_IDENTITY_ANSWER = 0x59;

    private AssociatePdus() {}

    static AssociateRequest readRequest(byte[] body) throws AssociationException {
        var in = new ByteCursor(body, 0, body.length);
        int version = in.u16();
        in.skip(2);
        String called = in.text(16);
        String calling = in.text(16);
        in.skip(32);
        String applicationContext = "";
        var contexts = new ArrayList<ProposedContext>();
        var identifiers = new BitSet(256);
        UserInformation user = readUserInformation(new ByteCursor(body, 0, 0));
        while (in.remaining() > 0) {
            int type = in.u8();
            in.skip(1);
            ByteCursor item = in.part(in.u16());
            if (type == APPLICATION_CONTEXT) {
                applicationContext = item.rest();
            } else if (type == PROPOSED_CONTEXT) {
                ProposedContext context = readProposedContext(item);
                if (context.id() % 2 == 0 || identifiers.get(context.id())) {
                    throw new AssociationException("Presentation context identifier " + context.id()
                            + (context.id() % 2 == 0 ? " is even" : " is used twice"));
                }
                identifiers.set(context.id());
                contexts.add(context);
            } else if (type == USER_INFORMATION) {
                user = readUserInformation(item);
            }
        }
        return new AssociateRequest(version, called, calling, applicationContext, contexts, user);
    }

    private static ProposedContext readProposedContext(ByteCursor in) throws AssociationException {
        int id = in.u8();
        in.skip(3);
        String abstractSyntax = "";
        var transferSyntaxes = new ArrayList<String>();
        while (in.remaining() > 0) {
            int type = in.u8();
            in.skip(1);
            ByteCursor item = in.part(in.u16());
            if (type == ABSTRACT_SYNTAX) {
                abstractSyntax = item.rest();
            } else if (type == TRANSFER_SYNTAX) {
                transferSyntaxes.add(item.rest());
            }
        }
        return new ProposedContext(id, abstractSyntax, transferSyntaxes);
    }

    /** @param request what is answered: gives the abstract syntaxes, and no other context may be answered */
    static AssociateAccept readAccept(byte[] body, AssociateRequest request) throws AssociationException {
        Map<Integer, ProposedContext> proposed = new HashMap<>();
        request.contexts().forEach(context -> proposed.put(context.id(), context));
        var in = new ByteCursor(body, 0, body.length);
        in.skip(4);
        String called = in.text(16);
        String calling = in.text(16);
        in.skip(32);
        var contexts = new ArrayList<PresentationContext>();
        UserInformation user = readUserInformation(new ByteCursor(body, 0, 0));
        while (in.remaining() > 0) {
            int type = in.u8();
            in.skip(1);
            ByteCursor item = in.part(in.u16());
            if (type == ANSWERED_CONTEXT) {
                contexts.add(readAnsweredContext(item, proposed));
            } else if (type == USER_INFORMATION) {
                user = readUserInformation(item);
            }
        }
        return new AssociateAccept(called, calling, contexts, user);
    }

    private static PresentationContext readAnsweredContext(ByteCursor in, Map<Integer, ProposedContext> proposed)
            throws AssociationException {
        int id = in.u8();
        in.skip(1);
        int result = in.u8();
        in.skip(1);
        String transferSyntax = "";
        while (in.remaining() > 0) {
            int type = in.u8();
            in.skip(1);
            ByteCursor item = in.part(in.u16());
            if (type == TRANSFER_SYNTAX) {
                transferSyntax = item.rest();
            }
        }
        ProposedContext context = proposed.remove(id);
        if (context == null) {
            throw new AssociationException("Presentation context " + id + " was not proposed or is answered twice");
        }
        if (result == PresentationContext.ACCEPTANCE
                && !context.transferSyntaxes().contains(transferSyntax)) {
            throw new AssociationException("Transfer syntax '" + transferSyntax + "' accepted but not proposed");
        }
        return new PresentationContext(id, context.abstractSyntax(), transferSyntax, result);
    }

    private static UserInformation readUserInformation(ByteCursor in) throws AssociationException {
        long maxPduLength = 0;
        String implementationClass = "";
        String implementationVersion = "";
        var roles = new ArrayList<RoleSelection>();
        UserIdentity identity = null;
        while (in.remaining() > 0) {
            int type = in.u8();
            in.skip(1);
            ByteCursor item = in.part(in.u16());
            if (type == MAXIMUM_LENGTH) {
                maxPduLength = item.u32();
            } else if (type == IMPLEMENTATION_CLASS) {
                implementationClass = item.rest();
            } else if (type == IMPLEMENTATION_VERSION) {
                implementationVersion = item.rest();
            } else if (type == ROLE_SELECTION) {
                String sopClass = item.text(item.u16());
                roles.add(new RoleSelection(sopClass, item.u8() == 1, item.u8() == 1));
            } else if (type == USER_IDENTITY) {
                int identityType = item.u8();
                boolean response = item.u8() == 1;
                byte[] primary = item.take(item.u16());
                identity = new UserIdentity(identityType, response, primary, item.take(item.u16()));
            }
        }
        return new UserInformation(maxPduLength, implementationClass, implementationVersion, roles, identity);
    }

    static byte[] write(AssociateRequest request) {
        ByteArrayOutputStream body = head(request.protocolVersion(), request.calledAet(), request.callingAet());
        item(body, APPLICATION_CONTEXT, ascii(request.applicationContext()));
        for (ProposedContext context : request.contexts()) {
            var out = new ByteArrayOutputStream();
            out.writeBytes(new byte[] {(byte) context.id(), 0, 0, 0});
            item(out, ABSTRACT_SYNTAX, ascii(context.abstractSyntax()));
            context.transferSyntaxes().forEach(syntax -> item(out, TRANSFER_SYNTAX, ascii(syntax)));
            item(body, PROPOSED_CONTEXT, out.toByteArray());
        }
        item(body, USER_INFORMATION, userInformation(request.user(), false));
        return pdu(Pdu.ASSOCIATE_RQ, body.toByteArray());
    }

    /** @param identityAnswered whether the requestor wants to hear that its user identity was accepted */
    static byte[] write(AssociateAccept accept, boolean identityAnswered) {
        ByteArrayOutputStream body = head(1, accept.calledAet(), accept.callingAet());
        item(body, APPLICATION_CONTEXT, ascii(AssociateRequest.DICOM_APPLICATION_CONTEXT));
        for (PresentationContext context : accept.contexts()) {
            var out = new ByteArrayOutputStream();
            out.writeBytes(new byte[] {(byte) context.id(), 0, (byte) context.result(), 0});
            item(out, TRANSFER_SYNTAX, ascii(context.transferSyntax()));
            item(body, ANSWERED_CONTEXT, out.toByteArray());
        }
        item(body, USER_INFORMATION, userInformation(accept.user(), identityAnswered));
        return pdu(Pdu.ASSOCIATE_AC, body.toByteArray());
    }

    private static ByteArrayOutputStream head(int version, String called, String calling) {
        var out = new ByteArrayOutputStream(1024);
        u16(out, version);
        u16(out, 0);
        out.writeBytes(aet(called));
        out.writeBytes(aet(calling));
        out.writeBytes(new byte[32]);
        return out;
    }

    private static byte[] userInformation(UserInformation user, boolean identityAnswered) {
        var out = new ByteArrayOutputStream();
        long max = user.maxPduLength();
        item(out, MAXIMUM_LENGTH, new byte[] {(byte) (max >> 24), (byte) (max >> 16), (byte) (max >> 8), (byte) max});
        item(out, IMPLEMENTATION_CLASS, ascii(user.implementationClassUid()));
        for (RoleSelection role : user.roles()) {
            var item = new ByteArrayOutputStream();
            sized(item, ascii(role.sopClass()));
            item.write(role.scu() ? 1 : 0);
            item.write(role.scp() ? 1 : 0);
            item(out, ROLE_SELECTION, item.toByteArray());
        }
        if (!user.implementationVersionName().isEmpty()) {
            item(out, IMPLEMENTATION_VERSION, ascii(user.implementationVersionName()));
        }
        if (user.userIdentity() != null) {
            var item = new ByteArrayOutputStream();
            item.write(user.userIdentity().type());
            item.write(user.userIdentity().responseRequested() ? 1 : 0);
            sized(item, user.userIdentity().primary());
            sized(item, user.userIdentity().secondary());
            item(out, USER_IDENTITY, item.toByteArray());
        }
        if (identityAnswered) {
            item(out, USER_IDENTITY_ANSWER, new byte[2]);
        }
        return out.toByteArray();
    }

    private static void item(ByteArrayOutputStream out, int type, byte[] value) {
        out.write(type);
        out.write(0);
        sized(out, value);
    }

    private static void sized(ByteArrayOutputStream out, byte[] value) {
        if (value.length > 0xffff) {
            throw new IllegalArgumentException("An item of " + value.length + " bytes does not fit into 65535");
        }
        u16(out, value.length);
        out.writeBytes(value);
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }

    private static byte[] aet(String title) {
        byte[] padded = "                ".getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = ascii(title);
        if (bytes.length > padded.length) {
            throw new IllegalArgumentException("AE title longer than 16 characters: " + title);
        }
        System.arraycopy(bytes, 0, padded, 0, bytes.length);
        return padded;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] pdu(int type, byte[] body) {
        byte[] pdu = new byte[Pdu.HEADER_LENGTH + body.length];
        Pdu.putHeader(pdu, 0, type, body.length);
        System.arraycopy(body, 0, pdu, Pdu.HEADER_LENGTH, body.length);
        return pdu;
    }

    /** The contexts that may carry messages, by identifier. */
    static Map<Integer, PresentationContext> accepted(List<PresentationContext> contexts) {
        Map<Integer, PresentationContext> accepted = new HashMap<>();
        contexts.stream().filter(PresentationContext::accepted).forEach(c -> accepted.put(c.id(), c));
        return accepted;
    }
}
