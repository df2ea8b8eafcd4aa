package org.isengard.security.password;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.isengard.security.password.Passwords.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
    /** The hash of the reference program argon2: {@code printf password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e}. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private final AtomicLong now = new AtomicLong();

    @Test
    void aHashOfTheReferenceProgramIsUnderstood() {
        assertTrue(Argon2Hash.parse(REFERENCE).matches("password"));
        assertFalse(Argon2Hash.parse(REFERENCE).matches("Password"));
        assertEquals(REFERENCE, Argon2Hash.parse(REFERENCE).toString());
    }

    @Test
    void eachHashHasItsOwnSalt() {
        Argon2Hash one = Argon2Hash.of("sécret");
        assertNotEquals(one.toString(), Argon2Hash.of("sécret").toString());
        assertTrue(Argon2Hash.parse(one.toString()).matches("sécret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=999999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$$",
                "$argon2id$"
            })
    void aHashThatCannotBeUsedNamesItsUser(String hash) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> new Passwords(Map.of("alice", hash), now::get))
                .getMessage();
        assertTrue(message.contains("alice"), message);
    }

    @Test
    void plainAndHashedPasswordsAreCompared() {
        Passwords passwords = new Passwords(
                Map.of("alice", "sécret:x", "bob", Argon2Hash.of("hashed").toString()), now::get);
        assertEquals(Outcome.RIGHT, passwords.check("alice", "sécret:x"));
        assertEquals(Outcome.WRONG, passwords.check("alice", "sécret:y"));
        assertEquals(Outcome.RIGHT, passwords.check("bob", "hashed"));
        assertEquals(Outcome.WRONG, passwords.check("bob", "hashed "));
        assertEquals(Outcome.WRONG, passwords.check("carol", ""));
        assertEquals(Outcome.WRONG, passwords.check("bob", "x".repeat(100_000)));
    }

    /** Clients send the password with each request: only the first one pays for the hash. */
    @Test
    void aRightPairIsRememberedForSomeMinutes() {
        Passwords passwords = new Passwords(Map.of("bob", REFERENCE), now::get);
        assertEquals(Outcome.RIGHT, passwords.check("bob", "password"));
        long start = System.nanoTime();
        for (int i = 0; i < 2_000; i++) {
            assertEquals(Outcome.RIGHT, passwords.check("bob", "password"));
        }
        // 2,000 hashes would take minutes.
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20));
        assertEquals(Outcome.WRONG, passwords.check("bob", "passwore"));
        now.addAndGet(TimeUnit.MINUTES.toNanos(6));
        assertEquals(Outcome.RIGHT, passwords.check("bob", "password"));
    }

    @Test
    void manyWrongPasswordsAtATimeEndInBoundedTime() throws Exception {
        Passwords passwords = new Passwords(Map.of("bob", REFERENCE), now::get);
        ExecutorService clients = Executors.newFixedThreadPool(32);
        try {
            List<Callable<Outcome>> calls = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String password = "guess" + i;
                calls.add(() -> passwords.check("bob", password));
            }
            for (Future<Outcome> outcome : clients.invokeAll(calls, 100, TimeUnit.SECONDS)) {
                assertNotEquals(Outcome.RIGHT, outcome.get());
            }
        } finally {
            clients.shutdownNow();
        }
    }
}
