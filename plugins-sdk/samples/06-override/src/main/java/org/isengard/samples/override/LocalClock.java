package org.isengard.samples.override;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.RestRoutes;
import org.isengard.api.rest.Router;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Answers {@code GET /tools/now-local} instead of the server, with the time zone. The ranking puts it in front. */
@Plugin(id = "local-clock", version = "1.0", description = "The local time with its zone")
@Component
@ServiceRanking(100)
public final class LocalClock implements RestRoutes {
    private final Clock clock;

    @Activate
    public LocalClock() {
        this(Clock.systemDefaultZone());
    }

    LocalClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void declare(Router router) {
        router.get("/tools/now-local", (request, response) -> response.text(now()));
    }

    String now() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(ZonedDateTime.now(clock));
    }
}
