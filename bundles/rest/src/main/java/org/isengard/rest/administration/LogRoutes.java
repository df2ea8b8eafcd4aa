package org.isengard.rest.administration;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * {@code GET /administration/log?limit=200&level=INFO}: the last entries of the log, the oldest first. The limit is at
 * most 1000, the level the lowest one to be shown.
 */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class LogRoutes extends RoutingFilter {
    private static final int DEFAULT_LIMIT = 200;
    private static final int MOST = 1_000;

    private final LogTail tail;

    @Activate
    public LogRoutes(BundleContext context) {
        super(new Routes());
        tail = new LogTail(Path.of(context.getProperty("karaf.log")));
        routes().get("/administration/log", this::read);
    }

    private void read(Request request, Response response) throws IOException {
        String level = request.query("level").filter(text -> !text.isEmpty()).orElse("TRACE");
        String minimum = level.toUpperCase(Locale.ROOT);
        if (!LogLine.LEVELS.contains(minimum)) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "The level must be one of " + String.join(", ", LogLine.LEVELS));
        }
        List<LogLine> lines = tail.read(limit(request), minimum);
        response.header("Cache-Control", "no-store").json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("Lines");
            for (LogLine line : lines) {
                json.writeStartObject();
                json.writeStringField("Time", line.time());
                json.writeStringField("Level", line.level());
                json.writeStringField("Thread", line.thread());
                json.writeStringField("Logger", line.logger());
                json.writeStringField("Message", line.message());
                json.writeStringField("Trace", line.trace());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static int limit(Request request) {
        String text = request.query("limit").orElse("");
        if (text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "The limit must be a number from 1 to " + MOST);
        }
        return Integer.parseInt(text);
    }
}
