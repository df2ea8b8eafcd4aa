package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.index.Change;
import org.isengard.api.index.Exported;
import org.isengard.api.index.Page;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.index.VisibleIndex;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;

/** The logs of changes and of exports. */
public final class LogRoutes {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000_000;

    private final VisibleIndex index;

    public LogRoutes(VisibleIndex index) {
        this.index = index;
    }

    public void addTo(Routes routes) {
        routes.get("/changes", this::changes);
        routes.delete("/changes", (request, response) -> index.clearChanges());
        routes.get("/exports", this::exports);
        routes.delete("/exports", (request, response) -> index.clearExports());
    }

    private void changes(Request request, Response response) throws IOException {
        Page<Change> page;
        if (QueryFlags.isSet(request, "last")) {
            page = index.changes(0, -1, 1, Set.of(), true);
            page = new Page<>(page.items(), true, page.last());
        } else {
            Set<String> types = request.query("type")
                    .filter(text -> !text.isEmpty())
                    .map(text -> Set.of(text.split(";")))
                    .orElse(Set.of());
            // With "to" alone one walks backwards: the page ends there.
            boolean backwards = request.hasQuery("to") && !request.hasQuery("since");
            page = index.changes(
                    number(request, "since", 0), number(request, "to", -1), limit(request), types, backwards);
            if (backwards) {
                List<Change> items = new ArrayList<>(page.items());
                Collections.reverse(items);
                page = new Page<>(items, page.done(), page.last());
            }
        }
        if (limit(request) == 0) {
            page = new Page<>(List.of(), true, page.last());
        } else if (number(request, "limit", DEFAULT_LIMIT) == 0) {
            page = new Page<>(List.of(), number(request, "since", 0) >= page.last(), page.last());
        }
        Page<Change> shown = page;
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            json.writeArrayFieldStart("Changes");
            for (Change change : shown.items()) {
                write(json, change);
            }
            json.writeEndArray();
            end(json, shown, shown.items().stream().map(Change::seq).toList());
        });
    }

    private void exports(Request request, Response response) throws IOException {
        Page<Exported> page;
        if (QueryFlags.isSet(request, "last")) {
            Optional<Exported> last = index.lastExported();
            page = new Page<>(
                    last.map(List::of).orElse(List.of()),
                    true,
                    last.map(Exported::seq).orElse(0L));
        } else {
            page = index.exports(number(request, "since", 0), limit(request));
        }
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            json.writeArrayFieldStart("Exports");
            for (Exported exported : page.items()) {
                write(json, exported);
            }
            json.writeEndArray();
            end(json, page, page.items().stream().map(Exported::seq).toList());
        });
    }

    private static void end(JsonGenerator json, Page<?> page, List<Long> numbers) throws IOException {
        json.writeBooleanField("Done", page.done());
        if (!numbers.isEmpty()) {
            json.writeNumberField("First", numbers.get(0));
        }
        json.writeNumberField("Last", numbers.isEmpty() ? page.last() : numbers.get(numbers.size() - 1));
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Change change) throws IOException {
        json.writeStartObject();
        json.writeStringField("ChangeType", change.type());
        json.writeStringField("Date", change.date());
        json.writeStringField("ID", change.id());
        json.writeStringField("Path", change.level().path(change.id()));
        json.writeStringField("ResourceType", change.level().label());
        json.writeNumberField("Seq", change.seq());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Exported exported) throws IOException {
        json.writeStartObject();
        json.writeStringField("Date", exported.date());
        json.writeStringField("ID", exported.id());
        json.writeStringField("Path", exported.level().path(exported.id()));
        json.writeStringField("RemoteModality", exported.remoteModality());
        json.writeStringField("ResourceType", exported.level().label());
        json.writeNumberField("Seq", exported.seq());
        json.writeStringField("PatientID", exported.patientId());
        uid(json, "StudyInstanceUID", exported.studyInstanceUid());
        uid(json, "SeriesInstanceUID", exported.seriesInstanceUid());
        uid(json, "SOPInstanceUID", exported.sopInstanceUid());
        json.writeEndObject();
    }

    private static void uid(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    /** As Orthanc does, what is no number counts as absent. */
    private static long number(Request request, String name, long otherwise) {
        try {
            return request.query(name).map(text -> Long.parseLong(text.strip())).orElse(otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static int limit(Request request) {
        long limit = number(request, "limit", DEFAULT_LIMIT);
        if (limit == 0) {
            return DEFAULT_LIMIT;
        }
        return (int) Math.max(0, Math.min(limit, MAX_LIMIT));
    }
}
