package org.isengard.index;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Routes;

/** Searches: {@code /tools/find}, {@code /tools/count-resources} and {@code /tools/lookup}. */
final class FindRoutes {
    private static final String READ_FILES = "Always";

    private final SqlIndex index;
    private final StoredFiles files;
    private final ResourceJson resources;
    private final FindConfig config;

    FindRoutes(SqlIndex index, StoredFiles files, ResourceJson resources, FindConfig config) {
        this.index = index;
        this.files = files;
        this.resources = resources;
        this.config = config;
    }

    void addTo(Routes routes) {
        routes.post("/tools/find", this::find);
        routes.post("/tools/count-resources", this::count);
        routes.post("/tools/lookup", this::lookup);
    }

    private void find(Request request, Response response) throws IOException {
        FindQuery query = parse(request);
        ResourceLevel level = query.request().level();
        List<String> ids = search(query, limited(query.request()));
        if (query.view() == null) {
            response.json((JsonGenerator json) -> ResourceJson.ids(json, ids));
        } else {
            response.json((JsonGenerator json) -> resources.list(json, level, ids, query.view()));
        }
    }

    private void count(Request request, Response response) throws IOException {
        FindQuery query = parse(request);
        FindRequest all = query.request().page(0, 0);
        long count =
                query.others().isEmpty() ? index.count(all) : search(query, all).size();
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            json.writeNumberField("Count", count);
            json.writeEndObject();
        });
    }

    private FindQuery parse(Request request) throws IOException {
        return FindQuery.parse(
                JsonBody.read(request), resources.requestedTags(), files.dictionary(), config.CaseSensitivePN());
    }

    /** Applies the limits of the configuration. */
    private FindRequest limited(FindRequest request) {
        long configured =
                request.level() == ResourceLevel.INSTANCE ? config.LimitFindInstances() : config.LimitFindResults();
        if (configured <= 0) {
            return request;
        }
        long limit = request.limit() == 0 ? configured : Math.min(request.limit(), configured);
        return request.page(request.since(), limit);
    }

    private List<String> search(FindQuery query, FindRequest request) throws IOException {
        if (query.others().isEmpty()) {
            return index.findIds(request);
        }
        boolean mayReadFiles = READ_FILES.equals(config.StorageAccessOnFind());
        Set<Integer> tags = query.others().stream().map(Constraint::tag).collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        long skip = request.since();
        for (String id : index.findIds(request.page(0, 0))) {
            if (matches(request.level(), id, query.others(), tags, mayReadFiles) && skip-- <= 0) {
                found.add(id);
                if (found.size() == request.limit()) {
                    break;
                }
            }
        }
        return found;
    }

    private boolean matches(
            ResourceLevel level, String id, List<Constraint> others, Set<Integer> tags, boolean mayReadFiles)
            throws IOException {
        Map<Integer, String> values;
        try {
            values = new HashMap<>(resources.requestedTags().values(level, id, tags, mayReadFiles));
        } catch (IsengardException e) {
            if (e.error() == ErrorCode.UNKNOWN_RESOURCE) {
                return false; // deleted meanwhile
            }
            throw e;
        }
        return others.stream().allMatch(constraint -> TagMatch.matches(constraint, values.get(constraint.tag())));
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
