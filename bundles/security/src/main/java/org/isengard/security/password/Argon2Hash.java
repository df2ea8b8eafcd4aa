package org.isengard.security.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password hashed with Argon2id (RFC 9106), in the form of PHC strings:
 * {@code $argon2id$v=19$m=MEMORY,t=PASSES,p=LANES$SALT$HASH}.
 *
 * @param memory KiB
 * @param passes over the memory
 * @param lanes that the memory is divided into
 */
record Argon2Hash(int memory, int passes, int lanes, byte[] salt, byte[] hash) {
    static final String PREFIX = "$argon2id$";

    /** What OWASP recommends as the least: some 40 ms and 19 MiB for one verification. */
    private static final int MEMORY = 19_456;

    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** Beyond these a hash of the configuration would stop the server with each login. */
    private static final int MOST_MEMORY = 1 << 18;

    private static final int MOST_PASSES = 20;
    private static final int MOST_LANES = 16;
    private static final int MOST_BYTES = 64;

    private static final Pattern FORM = Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})"
            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** {@return the hash of a password with a new salt} */
    static Argon2Hash of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        Argon2Hash empty = new Argon2Hash(MEMORY, PASSES, 1, salt, new byte[HASH_BYTES]);
        return new Argon2Hash(MEMORY, PASSES, 1, salt, empty.compute(password));
    }

    /**
     * Reads a PHC string.
     *
     * @throws IllegalArgumentException when it is none, of another version than 19, or asks for too much memory or time
     */
    static Argon2Hash parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no hash of the form $argon2id$v=19$m=...,t=...,p=...$SALT$HASH");
        }
        int memory = Integer.parseInt(matcher.group(1));
        int passes = Integer.parseInt(matcher.group(2));
        int lanes = Integer.parseInt(matcher.group(3));
        if (lanes < 1 || lanes > MOST_LANES || passes < 1 || passes > MOST_PASSES) {
            throw new IllegalArgumentException("t must be 1 to " + MOST_PASSES + " and p 1 to " + MOST_LANES);
        }
        if (memory < 8 * lanes || memory > MOST_MEMORY) {
            throw new IllegalArgumentException("m must be " + 8 * lanes + " to " + MOST_MEMORY + " (KiB)");
        }
        byte[] salt = decode(matcher.group(4));
        byte[] hash = decode(matcher.group(5));
        if (salt.length > MOST_BYTES || hash.length > MOST_BYTES) {
            throw new IllegalArgumentException("salt and hash have at most " + MOST_BYTES + " bytes");
        }
        return new Argon2Hash(memory, passes, lanes, salt, hash);
    }

    /** {@return whether a password is the one that was hashed, in a time that does not depend on the answer} */
    boolean matches(String password) {
        return MessageDigest.isEqual(hash, compute(password));
    }

    private byte[] compute(String password) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] result = new byte[hash.length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), result);
        return result;
    }

    /** {@return the PHC string} */
    @Override
    public String toString() {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return PREFIX + "v=19$m=" + memory + ",t=" + passes + ",p=" + lanes + "$" + encoder.encodeToString(salt) + "$"
                + encoder.encodeToString(hash);
    }

    private static byte[] decode(String text) {
        // The decoder of the JDK takes text without padding.
        return Base64.getDecoder().decode(text);
    }
}
