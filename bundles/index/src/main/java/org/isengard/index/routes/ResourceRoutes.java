package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.index.VisibleIndex;
import org.isengard.index.find.StoredFiles;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;

/** Lists, single resources, their relatives, statistics, protection and deletion. */
public final class ResourceRoutes {
    private static final long MEBIBYTE = 1 << 20;

    private final VisibleIndex index;
    private final StoredFiles files;
    private final ResourceJson resources;

    public ResourceRoutes(VisibleIndex index, StoredFiles files, ResourceJson resources) {
        this.index = index;
        this.files = files;
        this.resources = resources;
    }

    public void addTo(Routes routes) {
        for (ResourceLevel level : ResourceLevel.values()) {
            String one = "/" + level.path() + "/{id}";
            routes.get("/" + level.path(), (request, response) -> list(request, response, level));
            routes.get(one, (request, response) -> get(request, response, level));
            routes.delete(one, (request, response) -> delete(request, response, level));
            routes.get(one + "/statistics", (request, response) -> statistics(request, response, level));
            for (ResourceLevel other : ResourceLevel.values()) {
                if (level.isAbove(other)) {
                    routes.get(
                            one + "/" + other.path(),
                            (request, response) -> descendants(request, response, level, other));
                } else if (other.isAbove(level)) {
                    routes.get(
                            one + "/" + other.label().toLowerCase(Locale.ROOT),
                            (request, response) -> ancestor(request, response, level, other));
                }
            }
        }
        routes.get("/statistics", this::statistics);
        routes.get("/patients/{id}/protected", this::isProtected);
        routes.put("/patients/{id}/protected", this::protect);
    }

    private void list(Request request, Response response, ResourceLevel level) throws IOException {
        boolean since = request.hasQuery("since");
        if (since != request.hasQuery("limit")) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "Arguments \"since\" and \"limit\" come together");
        }
        FindRequest all = FindRequest.all(level, Set.of());
        FindRequest page = since ? all.page(number(request, "since"), number(request, "limit")) : all;
        boolean expand = QueryFlags.isSet(request, "expand") || ResourceView.hasResponseContent(request);
        ResourceView view = ResourceView.of(request, files.dictionary());
        answer(response, level, index.findIds(page), expand ? view : null);
    }

    private void answer(Response response, ResourceLevel level, List<String> ids, ResourceView view)
            throws IOException {
        if (view == null) {
            response.json((JsonGenerator json) -> ResourceJson.ids(json, ids));
        } else {
            response.json((JsonGenerator json) -> resources.list(json, level, ids, view));
        }
    }

    private static long number(Request request, String name) {
        String text = request.query(name).orElseThrow();
        try {
            return Integer.parseUnsignedInt(text) & 0xffffffffL;
        } catch (NumberFormatException e) {
            throw new IsengardException(ErrorCode.BAD_PARAMETER_TYPE, "\"" + name + "\" is no number: " + text, e);
        }
    }

    private void get(Request request, Response response, ResourceLevel level) throws IOException {
        describe(response, level, request.path("id"), ResourceView.of(request, files.dictionary()));
    }

    private void describe(Response response, ResourceLevel level, String id, ResourceView view) throws IOException {
        Resource resource = index.get(level, id, view.parts(level)).orElseThrow(() -> unknown(level, id));
        response.json((JsonGenerator json) -> resources.write(json, resource, view));
    }

    private void delete(Request request, Response response, ResourceLevel level) throws IOException {
        String id = request.path("id");
        Index.Deleted deleted = index.delete(level, id).orElseThrow(() -> unknown(level, id));
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            json.writeFieldName("RemainingAncestor");
            if (deleted.ancestor().isPresent()) {
                reference(json, deleted.ancestor().get());
            } else {
                json.writeNull();
            }
            json.writeEndObject();
        });
    }

    public static void reference(JsonGenerator json, Index.Ref ref) throws IOException {
        json.writeStartObject();
        json.writeStringField("ID", ref.id());
        json.writeStringField("Path", ref.level().path(ref.id()));
        json.writeStringField("Type", ref.level().label());
        json.writeEndObject();
    }

    private void descendants(Request request, Response response, ResourceLevel level, ResourceLevel below)
            throws IOException {
        String id = request.path("id");
        requireKnown(level, id);
        List<String> ids = index.findIds(FindRequest.all(below, Set.of()).within(level, id));
        ResourceView view = ResourceView.of(request, files.dictionary());
        answer(response, below, ids, QueryFlags.isSet(request, "expand", true) ? view : null);
    }

    /** The forms of tags may be chosen here, but Orthanc shows no requested tags. */
    private void ancestor(Request request, Response response, ResourceLevel level, ResourceLevel above)
            throws IOException {
        String id = request.path("id");
        String ancestor = index.ancestor(level, id, above).orElseThrow(() -> unknown(level, id));
        describe(
                response,
                above,
                ancestor,
                ResourceView.expanded(ResourceView.format(name -> QueryFlags.isSet(request, name))));
    }

    private void statistics(Request request, Response response) throws IOException {
        Statistics statistics = index.statistics();
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            json.writeNumberField("CountInstances", statistics.instances());
            json.writeNumberField("CountPatients", statistics.patients());
            json.writeNumberField("CountSeries", statistics.series());
            json.writeNumberField("CountStudies", statistics.studies());
            size(json, "TotalDiskSize", statistics.diskSize());
            size(json, "TotalUncompressedSize", statistics.uncompressedSize());
            json.writeEndObject();
        });
    }

    private void statistics(Request request, Response response, ResourceLevel level) throws IOException {
        String id = request.path("id");
        Statistics statistics = index.statistics(level, id).orElseThrow(() -> unknown(level, id));
        response.json((JsonGenerator json) -> {
            json.writeStartObject();
            if (level.isAbove(ResourceLevel.STUDY)) {
                json.writeNumberField("CountStudies", statistics.studies());
            }
            if (level.isAbove(ResourceLevel.SERIES)) {
                json.writeNumberField("CountSeries", statistics.series());
            }
            if (level.isAbove(ResourceLevel.INSTANCE)) {
                json.writeNumberField("CountInstances", statistics.instances());
            }
            size(json, "DicomDiskSize", statistics.dicomDiskSize());
            size(json, "DicomUncompressedSize", statistics.dicomUncompressedSize());
            size(json, "DiskSize", statistics.diskSize());
            size(json, "UncompressedSize", statistics.uncompressedSize());
            json.writeEndObject();
        });
    }

    /** Sizes are texts, since they may exceed what JavaScript counts exactly. */
    private static void size(JsonGenerator json, String name, long bytes) throws IOException {
        json.writeStringField(name, Long.toString(bytes));
        json.writeNumberField(name + "MB", bytes / MEBIBYTE);
    }

    private void isProtected(Request request, Response response) throws IOException {
        String id = request.path("id");
        requirePatient(id);
        response.text(index.isProtected(id) ? "1" : "0");
    }

    private void protect(Request request, Response response) throws IOException {
        String id = request.path("id");
        boolean value = switch (request.text().strip()) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Protection is 1 (true) or 0 (false)");
        };
        requirePatient(id);
        index.setProtected(id, value);
    }

    private void requirePatient(String id) {
        if (!index.exists(ResourceLevel.PATIENT, id)) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "No such patient: " + id);
        }
    }

    private void requireKnown(ResourceLevel level, String id) {
        if (!index.exists(level, id)) {
            throw unknown(level, id);
        }
    }

    public static IsengardException unknown(ResourceLevel level, String id) {
        return new IsengardException(
                ErrorCode.UNKNOWN_RESOURCE, "No such " + level.label().toLowerCase(Locale.ROOT) + ": " + id);
    }
}
