package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.isengard.dicom.UIDs;

/**
 * New identifiers for old ones, the same for the same within one job. They are derived from a secret of the job, so
 * that nothing but the secret has to be remembered: whatever refers to each other still does, and an instance that is
 * processed again after a crash becomes the same one.
 *
 * <p>Threading: may be used by several threads.
 */
final class Identities {
    private final String secret;
    private final LongSupplier numbers;
    private final Map<String, Long> patients = new HashMap<>();

    /** @param numbers gives the next number for the name of an anonymized patient */
    Identities(LongSupplier numbers) {
        this.secret = UUID.randomUUID().toString();
        this.numbers = numbers;
    }

    Identities(JsonNode state, LongSupplier numbers) {
        this.secret = state.required("secret").asText();
        this.numbers = numbers;
        state.path("patients")
                .properties()
                .forEach(entry -> patients.put(entry.getKey(), entry.getValue().asLong()));
    }

    ObjectNode toJson() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("secret", secret);
        ObjectNode names = state.putObject("patients");
        synchronized (patients) {
            patients.forEach(names::put);
        }
        return state;
    }

    String uid(String old) {
        return UIDs.of(derive("uid", old));
    }

    String patientId(String old) {
        return derive("patient", old).toString();
    }

    String patientName(String oldPatientId) {
        synchronized (patients) {
            return "Anonymized" + patients.computeIfAbsent(oldPatientId, id -> numbers.getAsLong());
        }
    }

    private UUID derive(String kind, String old) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((secret + '\n' + kind + '\n').getBytes(StandardCharsets.UTF_8));
            ByteBuffer hash = ByteBuffer.wrap(digest.digest(old.getBytes(StandardCharsets.UTF_8)));
            // Version 8: bits of the application's own making (RFC 9562).
            return new UUID(
                    hash.getLong() & 0xffffffffffff0fffL | 0x8000L,
                    hash.getLong() & 0x3fffffffffffffffL | Long.MIN_VALUE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
