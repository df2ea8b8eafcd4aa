package org.isengard.security.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.isengard.runtime.files.DurableJsonFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path directory;

    private final Share share = new Share(
            "one", "viewer-instant-link", "for Bob", "alice", Set.of("s"), Set.of("view"), NOW.plusSeconds(60));

    private Shares at(Instant time) throws Exception {
        return new Shares(new DurableJsonFiles(directory), Clock.fixed(time, ZoneOffset.UTC));
    }

    @Test
    void aLinkHoldsUntilItsEndAlsoAfterARestart() throws Exception {
        String token = at(NOW).make(share);
        assertEquals(share, at(NOW).read(token).share().orElseThrow());
        assertEquals(List.of(share), at(NOW).list());
        assertEquals("expired", at(NOW.plusSeconds(60)).read(token).error());
        assertEquals(List.of(), at(NOW.plusSeconds(61)).list());
    }

    @Test
    void twoLinksOfOneUserAreTwoIdentities() {
        Share other = new Share(
                "two", share.type(), share.name(), share.user(), Set.of("t"), share.permissions(), share.expires());
        assertNotEquals(share.identity().username(), other.identity().username());
    }

    @Test
    void whatIsChangedOrMadeByOthersIsNoLink() throws Exception {
        Shares shares = at(NOW);
        String token = shares.make(share);
        int dot = token.indexOf('.');
        String payload = new String(Base64.getUrlDecoder().decode(token.substring(0, dot)), StandardCharsets.UTF_8);
        String more = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.replace("view\"", "all\"").getBytes(StandardCharsets.UTF_8));
        for (String wrong : List.of(
                more + token.substring(dot),
                token.substring(0, dot + 1),
                token.substring(0, dot),
                "x" + token,
                token + "A",
                ".",
                "",
                "a.b.c",
                "é.é",
                "x".repeat(100_000))) {
            assertTrue(shares.read(wrong).share().isEmpty(), wrong);
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertEquals("invalid", at(NOW).read(token).error());
    }

    @Test
    void aRevokedLinkStaysRevokedAfterARestart() throws Exception {
        Shares shares = at(NOW);
        String token = shares.make(share);
        assertTrue(shares.revoke("one"));
        assertFalse(shares.revoke("one"));
        assertEquals("revoked", shares.read(token).error());
        assertEquals("revoked", at(NOW).read(token).error());
        assertEquals(List.of(), at(NOW).list());
    }

    @Test
    void anApiKeyIsKeptAsItsDigestAlone() throws Exception {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        ApiKeys keys = new ApiKeys(new DurableJsonFiles(directory), clock);
        Map.Entry<String, String> made = keys.make("robot", Set.of("readers"), NOW.plus(Duration.ofDays(1)));
        ApiKeys again = new ApiKeys(new DurableJsonFiles(directory), clock);
        assertEquals("robot", again.read(made.getValue()).orElseThrow().user());
        assertTrue(again.read(made.getValue() + "x").isEmpty());
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertFalse(Files.readString(file).contains(made.getValue()), file.toString());
            }
        }
        Clock later = Clock.fixed(NOW.plus(Duration.ofDays(2)), ZoneOffset.UTC);
        assertTrue(new ApiKeys(new DurableJsonFiles(directory), later)
                .read(made.getValue())
                .isEmpty());
        assertTrue(again.delete(made.getKey()));
        assertTrue(again.read(made.getValue()).isEmpty());
        assertTrue(new ApiKeys(new DurableJsonFiles(directory), clock).list().isEmpty());
    }
}
