package org.isengard.security.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The passwords of the registered users, plain or hashed. A hash is computed for few requests at a time, and a pair of name
 * and password that was right once is known by a keyed digest for some minutes, since clients send it with each request.
 *
 * <p>Threading: any thread may call anything; at most two compute a hash at a time, and others wait a bounded time.
 */
public final class Passwords {
    /** The outcome of a comparison. */
    public enum Outcome {
        RIGHT,
        WRONG,
        /** Too many comparisons are under way: the client has to come again. */
        BUSY
    }

    private static final int AT_A_TIME = 2;
    private static final long PATIENCE_MILLIS = 3_000;
    private static final long REMEMBER_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int MOST_REMEMBERED = 1_000;
    private static final int LONGEST = 1_024;

    private final Map<String, byte[]> plain = new HashMap<>();
    private final Map<String, Argon2Hash> hashed = new HashMap<>();
    private final Argon2Hash nobody;
    private final Semaphore places = new Semaphore(AT_A_TIME);
    private final LongSupplier nanoTime;
    private final SecretKeySpec key;

    /** Digest of a right pair -> until when it is remembered. The one that was used longest ago leaves first. */
    private final Map<String, Long> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * Takes the passwords.
     *
     * @param users name -> password or PHC string of Argon2id
     * @param nanoTime as {@link System#nanoTime()}
     * @throws IllegalArgumentException when a hash cannot be used; the message names the user
     */
    public Passwords(Map<String, String> users, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
        users.forEach((name, password) -> {
            if (password.startsWith("$argon2")) {
                try {
                    hashed.put(name, Argon2Hash.parse(password));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("The password of the user " + name + " is " + e.getMessage(), e);
                }
            } else {
                plain.put(name, digest(name, password));
            }
        });
        nobody = hashed.isEmpty() ? null : Argon2Hash.of("");
    }

    /** {@return whether a name is registered} */
    public boolean knows(String name) {
        return plain.containsKey(name) || hashed.containsKey(name);
    }

    /** Compares in a time that does not tell whether the user exists. */
    public Outcome check(String name, String password) {
        if (password.length() > LONGEST) {
            return Outcome.WRONG;
        }
        byte[] digest = digest(name, password);
        byte[] expected = plain.get(name);
        if (expected != null) {
            return MessageDigest.isEqual(expected, digest) ? Outcome.RIGHT : Outcome.WRONG;
        }
        Argon2Hash hash = hashed.getOrDefault(name, nobody);
        if (hash == null) {
            return Outcome.WRONG;
        }
        String pair = Base64.getEncoder().encodeToString(digest);
        if (isRemembered(pair)) {
            return Outcome.RIGHT;
        }
        try {
            if (!places.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return Outcome.BUSY;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.BUSY;
        }
        try {
            // Several requests of one client wait together: the first one answers for all.
            if (isRemembered(pair)) {
                return Outcome.RIGHT;
            }
            boolean right = hash.matches(password) && hash != nobody;
            if (right) {
                synchronized (remembered) {
                    remembered.put(pair, nanoTime.getAsLong() + REMEMBER_NANOS);
                }
            }
            return right ? Outcome.RIGHT : Outcome.WRONG;
        } finally {
            places.release();
        }
    }

    private boolean isRemembered(String pair) {
        synchronized (remembered) {
            Long until = remembered.get(pair);
            return until != null && until - nanoTime.getAsLong() > 0;
        }
    }

    /** A digest with a key of this process: nothing in memory tells a password. */
    private byte[] digest(String name, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
