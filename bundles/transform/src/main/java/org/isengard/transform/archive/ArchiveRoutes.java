package org.isengard.transform.archive;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.Filter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.content.ContentDisposition;
import org.isengard.transform.Transcoding;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The routes of archives and media, streamed or as jobs. */
@Component(service = Filter.class)
@Feature(isengard_feature = "transform")
public final class ArchiveRoutes extends RoutingFilter {
    /** The two kinds and the variant that is extended unless told otherwise. */
    private enum Kind {
        ARCHIVE("archive"),
        MEDIA("media"),
        MEDIA_EXTENDED("media-extended");

        private final String path;

        Kind(String path) {
            this.path = path;
        }
    }

    private final Index index;
    private final ArchiveService service;
    private final JobEngine jobs;

    @Activate
    public ArchiveRoutes(@Reference Index index, @Reference ArchiveService service, @Reference JobEngine jobs) {
        super(new Routes());
        this.jobs = jobs;
        this.index = index;
        this.service = service;
        for (ResourceLevel level : ResourceLevel.values()) {
            if (level != ResourceLevel.INSTANCE) {
                addLevel(level, Kind.ARCHIVE);
                addLevel(level, Kind.MEDIA);
            }
        }
        for (Kind kind : Kind.values()) {
            routes().get("/tools/create-" + kind.path, (request, response) -> getSet(kind, request, response))
                    .post("/tools/create-" + kind.path, (request, response) -> postSet(kind, request, response));
        }
    }

    private void addLevel(ResourceLevel level, Kind kind) {
        String path = "/" + level.path() + "/{id}/" + kind.path;
        routes().get(path, (request, response) -> {
                    String id = existing(level, request);
                    stream(query(kind, List.of(id), request, id + ".zip"), response);
                })
                .post(path, (request, response) -> {
                    String id = existing(level, request);
                    boolean fromSeries = level == ResourceLevel.SERIES;
                    post(kind, List.of(id), fromSeries, id + ".zip", request.json(), response);
                });
    }

    private String existing(ResourceLevel level, Request request) {
        String id = request.path("id");
        if (!index.exists(level, id)) {
            throw new IsengardException(ErrorCode.INEXISTENT_ITEM, "There is no " + level.label() + " " + id);
        }
        return id;
    }

    private void getSet(Kind kind, Request request, Response response) throws IOException {
        String ids = request.query("resources")
                .orElseThrow(
                        () -> new IsengardException(ErrorCode.BAD_REQUEST, "The argument \"resources\" is missing"));
        List<String> resources = new ArrayList<>();
        for (String id : ids.split(",")) {
            if (!id.isBlank()) {
                resources.add(id.strip());
            }
        }
        stream(query(kind, resources, request, "Archive.zip"), response);
    }

    private ArchiveOptions query(Kind kind, List<String> resources, Request request, String filename) {
        return new ArchiveOptions(
                resources,
                false,
                kind != Kind.ARCHIVE,
                kind == Kind.MEDIA_EXTENDED || QueryFlags.isSet(request, "extended"),
                service.utf8ByDefault(),
                Transcoding.Target.of(request),
                request.query("filename").filter(name -> !name.isEmpty()).orElse(filename));
    }

    private void postSet(Kind kind, Request request, Response response) throws IOException {
        JsonNode body = request.json();
        JsonNode list = body.isArray() ? body : body.path("Resources");
        if (!list.isArray()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A list of resources is expected");
        }
        List<String> resources = new ArrayList<>();
        for (JsonNode id : list) {
            if (!id.isTextual()) {
                throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Identifiers of resources are strings");
            }
            resources.add(id.asText());
        }
        post(kind, resources, false, "Archive.zip", body, response);
    }

    private void post(
            Kind kind, List<String> resources, boolean fromSeries, String filename, JsonNode body, Response response)
            throws IOException {
        JobRequest how = JobRequest.of(body, true);
        ArchiveOptions options = new ArchiveOptions(
                resources,
                fromSeries,
                kind != Kind.ARCHIVE,
                body.path("Extended").asBoolean(kind == Kind.MEDIA_EXTENDED),
                body.path("Utf8").asBoolean(service.utf8ByDefault()),
                Transcoding.Target.of(body),
                body.path("Filename").asText(filename));
        if (how.synchronous()) {
            stream(options, response);
            return;
        }
        response.json(JobRequest.submitted(jobs.submit(new ArchiveJob(service, options), how)));
    }

    private void stream(ArchiveOptions options, Response response) throws IOException {
        ArchivePlan plan = service.plan(options);
        response.header("Content-Disposition", ContentDisposition.of(options.filename()));
        if (service.streams()) {
            OutputStream out = new BufferedOutputStream(response.stream("application/zip", -1), 1 << 16);
            service.write(plan, options, out, written -> {});
            return;
        }
        Path file = service.archives().part(UUID.randomUUID().toString());
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                service.write(plan, options, out, written -> {});
            }
            response.file(file, 0, Files.size(file), "application/zip");
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
