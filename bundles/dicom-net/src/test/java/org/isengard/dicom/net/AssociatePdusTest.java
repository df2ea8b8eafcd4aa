package org.isengard.dicom.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AssociatePdusTest {
    private static final String ECHO = "1.2.840.10008.1.1";
    private static final String IMPLICIT = "1.2.840.10008.1.2";

    private static AssociateRequest request() {
        var contexts = new ArrayList<ProposedContext>();
        for (int i = 0; i < 128; i++) {
            contexts.add(new ProposedContext(2 * i + 1, ECHO + "." + i, List.of(IMPLICIT, IMPLICIT + ".1")));
        }
        var user = new UserInformation(
                16384,
                "2.25.1",
                "VERSION",
                List.of(new RoleSelection(ECHO, true, true), new RoleSelection(IMPLICIT, false, true)),
                UserIdentity.of("alice", "secret"));
        return new AssociateRequest(1, "SERVER", "CLIENT", AssociateRequest.DICOM_APPLICATION_CONTEXT, contexts, user);
    }

    private static byte[] body(byte[] pdu) {
        return Arrays.copyOfRange(pdu, Pdu.HEADER_LENGTH, pdu.length);
    }

    @Test
    void aRequestSurvivesARoundTrip() throws Exception {
        AssociateRequest read = AssociatePdus.readRequest(body(AssociatePdus.write(request())));
        assertEquals(request().contexts(), read.contexts());
        assertEquals("SERVER", read.calledAet());
        assertEquals("CLIENT", read.callingAet());
        assertEquals(request().user().roles(), read.user().roles());
        assertEquals("alice", read.user().userIdentity().user());
        assertArrayEquals(
                "secret".getBytes(StandardCharsets.UTF_8),
                read.user().userIdentity().secondary());
        assertEquals(16384, read.user().maxPduLength());
    }

    @Test
    void anAnswerSurvivesARoundTrip() throws Exception {
        var contexts = new ArrayList<PresentationContext>();
        for (ProposedContext proposed : request().contexts()) {
            contexts.add(
                    proposed.id() % 3 == 0
                            ? proposed.refuse(PresentationContext.ABSTRACT_SYNTAX_NOT_SUPPORTED)
                            : proposed.accept(IMPLICIT));
        }
        var accept = new AssociateAccept(
                "SERVER", "CLIENT", contexts, new UserInformation(0xfffffff0L, "2.25.2", "V", List.of(), null));
        AssociateAccept read = AssociatePdus.readAccept(body(AssociatePdus.write(accept, true)), request());
        assertEquals(accept.contexts(), read.contexts());
        assertEquals(0xfffffff0L, read.user().maxPduLength());
    }

    @Test
    void whatWasNotProposedCannotBeAccepted() {
        var context = new PresentationContext(1, ECHO + ".0", "1.2.3", PresentationContext.ACCEPTANCE);
        var user = new UserInformation(0, "2.25.2", "V", List.of(), null);
        byte[] answer = body(AssociatePdus.write(new AssociateAccept("A", "B", List.of(context), user), false));
        assertThrows(AssociationException.class, () -> AssociatePdus.readAccept(answer, request()));
    }

    @Test
    void evenAndRepeatedContextIdentifiersAreRefused() {
        for (int id : new int[] {2, 1}) {
            var contexts = List.of(
                    new ProposedContext(1, ECHO, List.of(IMPLICIT)), new ProposedContext(id, ECHO, List.of(IMPLICIT)));
            var request =
                    new AssociateRequest(1, "A", "B", "1", contexts, request().user());
            byte[] pdu = body(AssociatePdus.write(request));
            assertThrows(AssociationException.class, () -> AssociatePdus.readRequest(pdu));
        }
    }

    @Test
    void longTitlesAreRefusedBeforeTheyAreSent() {
        var request = new AssociateRequest(
                1, "SEVENTEEN-LETTERS", "B", "1", List.of(), request().user());
        assertThrows(IllegalArgumentException.class, () -> AssociatePdus.write(request));
    }

    @Test
    void mutatedPdusAreReadOrRefusedButNothingElse() throws Exception {
        byte[] good = body(AssociatePdus.write(request()));
        var random = new Random(4711);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = Arrays.copyOf(good, round % 4 == 0 ? random.nextInt(good.length) : good.length);
            for (int i = 0; i < 1 + round % 5 && bad.length > 0; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                assertNotNull(AssociatePdus.readRequest(bad));
            } catch (AssociationException e) {
                refused++;
            }
            try {
                assertNotNull(AssociatePdus.readAccept(bad, request()));
            } catch (AssociationException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "refused " + refused);
    }

    @Test
    void mutatedCommandSetsAreReadOrRefusedButNothingElse() throws Exception {
        byte[] good = CommandSet.request(CommandSet.C_STORE_RQ, 7, ECHO)
                .setUid(CommandSet.AFFECTED_SOP_INSTANCE_UID, "1.2.3")
                .encode();
        CommandSet read = CommandSet.decode(good);
        assertEquals(7, read.messageId());
        assertEquals("1.2.3", read.getString(CommandSet.AFFECTED_SOP_INSTANCE_UID, ""));
        var random = new Random(4712);
        for (int round = 0; round < 50_000; round++) {
            byte[] bad = Arrays.copyOf(good, round % 3 == 0 ? random.nextInt(good.length) : good.length);
            for (int i = 0; i < 1 + round % 3 && bad.length > 0; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                CommandSet mutated = CommandSet.decode(bad);
                assertNotNull(mutated.response(Status.SUCCESS).encode());
                assertNotNull(mutated.toString());
            } catch (AssociationException refused) {
                assertNotNull(refused.getMessage());
            }
        }
    }
}
