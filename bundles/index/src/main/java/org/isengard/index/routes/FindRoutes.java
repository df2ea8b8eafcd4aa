package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.index.VisibleIndex;
import org.isengard.index.find.IndexSearch;
import org.isengard.rest.kit.Routes;

/** Searches: {@code /tools/find}, {@code /tools/count-resources} and {@code /tools/lookup}. */
public final class FindRoutes {
    private final VisibleIndex index;
    private final IndexSearch search;
    private final ResourceJson resources;
    private final boolean caseSensitive;

    public FindRoutes(VisibleIndex index, IndexSearch search, ResourceJson resources, boolean caseSensitive) {
        this.index = index;
        this.search = search;
        this.resources = resources;
        this.caseSensitive = caseSensitive;
    }

    public void addTo(Routes routes) {
        routes.search("/tools/find", this::find);
        routes.search("/tools/count-resources", this::count);
        routes.search("/tools/lookup", this::lookup);
    }

    private void find(Request request, Response response) throws IOException {
        FindQuery query = parse(request);
        List<String> ids = search.findIds(query.request());
        if (query.view() == null) {
            response.json((JsonGenerator json) -> ResourceJson.ids(json, ids));
        } else {
            response.json(
                    (JsonGenerator json) -> resources.list(json, query.request().level(), ids, query.view()));
        }
    }

    private void count(Request request, Response response) throws IOException {
        long count = search.count(parse(request).request());
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            json.writeNumberField("Count", count);
            json.writeEndObject();
        });
    }

    private FindQuery parse(Request request) throws IOException {
        return FindQuery.parse(JsonBody.read(request), search.files().dictionary(), caseSensitive);
    }

    private void lookup(Request request, Response response) throws IOException {
        String value = request.text();
        if (value.indexOf('*') >= 0 || value.indexOf('?') >= 0) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "An identifier has no wildcards");
        }
        List<Index.Ref> found = index.lookup(value);
        response.json((JsonGenerator json) -> {
            json.writeStartArray();
            for (Index.Ref ref : found) {
                ResourceRoutes.reference(json, ref);
            }
            json.writeEndArray();
        });
    }
}
