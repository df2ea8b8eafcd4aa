package org.isengard.security.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.files.DurableJsonFiles;

/**
 * Keys of programs: {@code isk_} and 256 random bits. A file keeps the SHA-256 of a key, which is as good as a slow hash for
 * that much chance.
 *
 * <p>Threading: any thread may call anything.
 */
public final class ApiKeys {
    public static final String MARK = "isk_";
    private static final String PREFIX = "key-";
    private static final int MOST = 10_000;

    /** A key without its secret; {@code user} is the name under which it works. */
    public record ApiKey(String id, String user, Set<String> roles, Instant expires, String digest) {
        public ObjectNode shown() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("ID", id).put("User", user);
            new TreeSet<>(roles).forEach(json.putArray("Roles")::add);
            return json.put("ExpirationDate", expires.toString());
        }
    }

    private final DurableJsonFiles files;
    private final Clock clock;

    /** Digest -> key. */
    private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();

    public ApiKeys(DurableJsonFiles files, Clock clock) throws IOException {
        this.files = files;
        this.clock = clock;
        for (Map.Entry<String, JsonNode> document : files.readAll().entrySet()) {
            if (document.getKey().startsWith(PREFIX)) {
                JsonNode json = document.getValue();
                if (json.path("Revoked").asBoolean()) {
                    files.delete(document.getKey());
                    continue;
                }
                ApiKey key = new ApiKey(
                        json.required("ID").asText(),
                        json.required("User").asText(),
                        Share.texts(json.required("Roles")),
                        Instant.parse(json.required("ExpirationDate").asText()),
                        json.required("Digest").asText());
                keys.put(key.digest(), key);
            }
        }
    }

    /** {@return the identifier of a new key and the key itself, which nobody can show again} */
    public Map.Entry<String, String> make(String user, Set<String> roles, Instant expires) throws IOException {
        if (keys.size() >= MOST) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "There are too many keys: delete some");
        }
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String secret = MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        ApiKey key = new ApiKey(UUID.randomUUID().toString(), user, Set.copyOf(roles), expires, digest(secret));
        files.write(PREFIX + key.id(), key.shown().put("Digest", key.digest()));
        keys.put(key.digest(), key);
        return Map.entry(key.id(), secret);
    }

    /** {@return the key, while it holds} */
    public Optional<ApiKey> read(String secret) {
        return Optional.ofNullable(keys.get(digest(secret)))
                .filter(key -> clock.instant().isBefore(key.expires()));
    }

    public List<ApiKey> list() {
        List<ApiKey> all = new ArrayList<>(keys.values());
        all.sort(Comparator.comparing(ApiKey::user).thenComparing(ApiKey::id));
        return all;
    }

    /** {@return false when there is no such key} */
    public boolean delete(String id) throws IOException {
        Optional<ApiKey> key =
                list().stream().filter(one -> one.id().equals(id)).findFirst();
        if (key.isEmpty()) {
            return false;
        }
        // The deletion of a file may be undone by a loss of power, what is written is not.
        files.write(
                PREFIX + id, key.get().shown().put("Digest", key.get().digest()).put("Revoked", true));
        keys.remove(key.get().digest());
        return true;
    }

    private static String digest(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
