package org.isengard.samples.override;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.isengard.testkit.FakeRest;
import org.junit.jupiter.api.Test;

class LocalClockTest {
    @Test
    void theZoneIsTold() throws Exception {
        Clock clock = Clock.fixed(Instant.parse("2024-01-02T03:04:05Z"), ZoneOffset.ofHours(2));
        FakeRest rest = new FakeRest()
                .answer("GET", "/tools/now-local", 200, "overridden")
                .add(new LocalClock(clock));
        assertEquals(
                "2024-01-02T05:04:05+02:00",
                new String(rest.call("GET", "/tools/now-local", "").body(), UTF_8));
    }
}
