package org.isengard.security.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.Json;
import org.isengard.runtime.files.DurableJsonFiles;

/**
 * Links that were made, as signed tokens: {@code BASE64URL(document).BASE64URL(HMAC-SHA256)}. A token carries all that it gives;
 * the files list the links that were made, and those that are revoked.
 *
 * <p>Threading: any thread may call anything.
 */
public final class Shares {
    /** The outcome of reading a token. */
    public record Read(Optional<Share> share, String error) {}

    private static final String KEY = "token-key";
    private static final String PREFIX = "share-";
    private static final int LONGEST = 8_192;
    private static final int MOST = 100_000;

    private final DurableJsonFiles files;
    private final Clock clock;
    private final SecretKeySpec key;
    private final Map<String, Share> made = new ConcurrentHashMap<>();
    private final Map<String, Share> revoked = new ConcurrentHashMap<>();

    /** @param files with the key, which is made at the first use */
    public Shares(DurableJsonFiles files, Clock clock) throws IOException {
        this.files = files;
        this.clock = clock;
        Map<String, JsonNode> documents = files.readAll();
        if (!documents.containsKey(KEY)) {
            byte[] secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            document.put("key", Base64.getEncoder().encodeToString(secret));
            files.write(KEY, document);
            documents.put(KEY, document);
        }
        key = new SecretKeySpec(
                Base64.getDecoder().decode(documents.get(KEY).required("key").asText()), "HmacSHA256");
        for (Map.Entry<String, JsonNode> document : documents.entrySet()) {
            if (document.getKey().startsWith(PREFIX)) {
                Share share = Share.of(document.getValue());
                if (isOver(share)) {
                    files.delete(document.getKey());
                } else {
                    (document.getValue().path("revoked").asBoolean() ? revoked : made).put(share.id(), share);
                }
            }
        }
    }

    private boolean isOver(Share share) {
        return !clock.instant().isBefore(share.expires());
    }

    /** Notes a link durably. {@return its token} */
    public String make(Share share) throws IOException {
        forgetOver();
        if (made.size() + revoked.size() >= MOST) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "There are too many links: revoke some");
        }
        files.write(PREFIX + share.id(), share.toJson());
        made.put(share.id(), share);
        byte[] payload = Json.MAPPER.writeValueAsBytes(share.toJson());
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(payload) + "." + encoder.encodeToString(sign(payload));
    }

    private void forgetOver() throws IOException {
        for (Share share : list()) {
            if (isOver(share)) {
                made.remove(share.id());
                files.delete(PREFIX + share.id());
            }
        }
        for (Share share : List.copyOf(revoked.values())) {
            if (isOver(share)) {
                revoked.remove(share.id());
                files.delete(PREFIX + share.id());
            }
        }
    }

    /** {@return the link of a token; empty with the reason: invalid, expired or revoked} */
    public Read read(String token) {
        int dot = token.indexOf('.');
        if (dot < 0 || token.length() > LONGEST) {
            return new Read(Optional.empty(), "invalid");
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(token.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
            if (!MessageDigest.isEqual(signature, sign(payload))) {
                return new Read(Optional.empty(), "invalid");
            }
            Share share = Share.of(Json.MAPPER.readTree(new String(payload, StandardCharsets.UTF_8)));
            if (isOver(share)) {
                return new Read(Optional.empty(), "expired");
            }
            return revoked.containsKey(share.id())
                    ? new Read(Optional.empty(), "revoked")
                    : new Read(Optional.of(share), "");
        } catch (IllegalArgumentException | IOException e) {
            return new Read(Optional.empty(), "invalid");
        }
    }

    /** {@return the links that are neither revoked nor over, the next to end first} */
    public List<Share> list() {
        List<Share> all = new ArrayList<>(made.values());
        all.sort(Comparator.comparing(Share::expires).thenComparing(Share::id));
        return all;
    }

    /** Ends a link durably; false when there is none. */
    public boolean revoke(String id) throws IOException {
        Share share = made.get(id);
        if (share == null) {
            return false;
        }
        files.write(PREFIX + id, share.toJson().put("revoked", true));
        revoked.put(id, share);
        made.remove(id);
        return true;
    }

    private byte[] sign(byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
