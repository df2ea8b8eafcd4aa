package org.isengard.jobs;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobOutput;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.content.ContentDisposition;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The routes of jobs. */
@Component(service = Filter.class)
@Feature(isengard_feature = "jobs")
public final class JobRoutes extends RoutingFilter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSSSSS").withZone(ZoneOffset.UTC);

    @Activate
    public JobRoutes(@Reference JobEngine engine) {
        super(routes(engine));
    }

    private static Routes routes(JobEngine engine) {
        return new Routes()
                .get("/jobs", (request, response) -> list(engine, request, response))
                .get("/jobs/{id}", (request, response) -> {
                    JobStatus status =
                            engine.status(request.path("id")).orElseThrow(() -> missing(ErrorCode.UNKNOWN_RESOURCE));
                    response.json(json -> write(json, status));
                })
                .delete("/jobs/{id}", (request, response) -> {
                    if (!engine.delete(request.path("id"))) {
                        throw missing(ErrorCode.UNKNOWN_RESOURCE);
                    }
                })
                .post("/jobs/{id}/pause", action(engine::pause))
                .post("/jobs/{id}/resume", action(engine::resume))
                .post("/jobs/{id}/cancel", action(engine::cancel))
                .post("/jobs/{id}/resubmit", action(engine::resubmit))
                .get("/jobs/{id}/{key}", (request, response) -> output(engine, request, response))
                .delete("/jobs/{id}/{key}", (request, response) -> {
                    if (!engine.deleteOutput(request.path("id"), request.path("key"))) {
                        throw missing(ErrorCode.INEXISTENT_ITEM);
                    }
                });
    }

    private static IsengardException missing(ErrorCode error) {
        return new IsengardException(error, "No such job, or no such output of it");
    }

    private static Handler action(Predicate<String> action) {
        return (request, response) -> {
            if (!action.test(request.path("id"))) {
                throw new IsengardException(
                        ErrorCode.BAD_REQUEST, "There is no such job, or it is not in a state that allows this");
            }
            response.json(Json.MAPPER.createObjectNode());
        };
    }

    private static void list(JobEngine engine, Request request, Response response) throws IOException {
        List<String> ids = engine.ids();
        boolean expand = QueryFlags.isSet(request, "expand");
        response.json(json -> {
            json.writeStartArray();
            for (String id : ids) {
                Optional<JobStatus> status = expand ? engine.status(id) : Optional.empty();
                if (status.isPresent()) {
                    write(json, status.get());
                } else if (!expand) {
                    json.writeString(id);
                }
            }
            json.writeEndArray();
        });
    }

    private static void output(JobEngine engine, Request request, Response response) throws IOException {
        JobOutput output = engine.output(request.path("id"), request.path("key"))
                .orElseThrow(() -> missing(ErrorCode.INEXISTENT_ITEM));
        if (!output.filename().isEmpty()) {
            response.header("Content-Disposition", ContentDisposition.of(output.filename()));
        }
        response.file(output.file(), 0, output.size(), output.contentType());
    }

    private static void write(JsonGenerator json, JobStatus job) throws IOException {
        Instant now = Instant.now();
        json.writeStartObject();
        if (job.completed().isPresent()) {
            json.writeStringField("CompletionTime", TIME.format(job.completed().get()));
        }
        json.writeFieldName("Content");
        Json.MAPPER.writeTree(json, job.content());
        json.writeStringField("CreationTime", TIME.format(job.created()));
        json.writeNumberField("EffectiveRuntime", job.runtime().toMillis() / 1000.0);
        json.writeNumberField("ErrorCode", job.error().map(ErrorCode::code).orElse(0));
        json.writeStringField(
                "ErrorDescription", job.error().map(ErrorCode::text).orElse("Success"));
        json.writeStringField("ErrorDetails", job.details());
        if (job.dimseStatus().isPresent()) {
            json.writeObjectFieldStart("ErrorPayload");
            json.writeObjectFieldStart("Content");
            json.writeNumberField("DimseErrorStatus", job.dimseStatus().getAsInt());
            json.writeEndObject();
            json.writeStringField("Type", "Dimse");
            json.writeEndObject();
        }
        if (job.state() == JobState.RUNNING && job.progress() > 0) {
            double left = job.runtime().toMillis() / job.progress() * (1 - job.progress());
            json.writeStringField("EstimatedTimeOfArrival", TIME.format(now.plusMillis((long) left)));
        }
        json.writeStringField("ID", job.id());
        json.writeNumberField("Priority", job.priority());
        json.writeNumberField("Progress", Math.round(job.progress() * 100));
        json.writeStringField("State", job.state().label());
        json.writeStringField("Timestamp", TIME.format(now));
        json.writeStringField("Type", job.type());
        if (job.userData() != null) {
            json.writeFieldName("UserData");
            Json.MAPPER.writeTree(json, job.userData());
        }
        json.writeEndObject();
    }
}
