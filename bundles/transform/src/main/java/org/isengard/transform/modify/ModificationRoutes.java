package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.transform.NewFile;
import org.isengard.transform.modify.Modification.Kind;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The routes that modify, anonymize, split and merge. */
@Component(service = Filter.class)
@Feature(isengard_feature = "transform")
public final class ModificationRoutes extends RoutingFilter {
    private final Modifications modifications;
    private final JobEngine jobs;

    @Activate
    public ModificationRoutes(@Reference Modifications modifications, @Reference JobEngine jobs) {
        super(new Routes());
        this.jobs = jobs;
        this.modifications = modifications;
        for (Kind kind : Kind.values()) {
            String action = kind == Kind.ANONYMIZE ? "anonymize" : "modify";
            routes().post("/instances/{id}/" + action, (request, response) -> instance(request, response, kind));
            for (ResourceLevel level : ResourceLevel.values()) {
                if (level != ResourceLevel.INSTANCE) {
                    routes().post(
                                    "/" + level.path() + "/{id}/" + action,
                                    (request, response) -> resource(level, request, response, kind));
                }
            }
            routes().post("/tools/bulk-" + action, (request, response) -> bulk(request, response, kind));
        }
        routes().post("/studies/{id}/split", this::split).post("/studies/{id}/merge", this::merge);
    }

    /** Answers the changed file; nothing is stored. */
    private void instance(Request request, Response response, Kind kind) throws IOException {
        String id = request.path("id");
        Modification modification =
                Modification.of(request.json(), kind, ResourceLevel.INSTANCE, modifications.dictionary);
        Identities identities = new Identities(modifications::nextPatientNumber);
        try (NewFile file = modifications.modified(id, modification, identities)) {
            file.writeTo(response.stream("application/dicom", file.size()));
        }
        if (!modification.keepSource()) {
            modifications.index.delete(ResourceLevel.INSTANCE, id);
            modifications.attachments.collectGarbage();
        }
    }

    private void resource(ResourceLevel level, Request request, Response response, Kind kind) throws IOException {
        JsonNode body = request.json();
        String id = request.path("id");
        JobRequest how = JobRequest.of(body, true);
        ModificationJob.Order order =
                new ModificationJob.Order(kind, ModificationJob.Scope.ONE, level, List.of(id), body);
        how.run(jobs, new ModificationJob(modifications, order, how.permissive(), request.caller()), response);
    }

    private void bulk(Request request, Response response, Kind kind) throws IOException {
        JsonNode body = request.json();
        List<String> resources = resources(body, "Resources")
                .orElseThrow(() -> new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Resources\" is missing"));
        ResourceLevel level = ResourceLevel.INSTANCE;
        if (body.has("Level")) {
            level = ResourceLevel.of(body.get("Level").asText())
                    .orElseThrow(() -> new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Unknown level"));
        }
        JobRequest how = JobRequest.of(body, true);
        ModificationJob.Order order =
                new ModificationJob.Order(kind, ModificationJob.Scope.SET, level, resources, body);
        how.run(jobs, new ModificationJob(modifications, order, how.permissive(), request.caller()), response);
    }

    private static Optional<List<String>> resources(JsonNode body, String name) {
        if (!body.isObject()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A JSON object is expected");
        }
        JsonNode list = body.get(name);
        if (list == null) {
            return Optional.empty();
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode id : list) {
            if (!id.isTextual()) {
                throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Identifiers are strings");
            }
            ids.add(id.asText());
        }
        if (!list.isArray()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"" + name + "\" must be a list");
        }
        return Optional.of(ids);
    }

    private String study(Request request) {
        String id = request.path("id");
        if (!modifications.index.exists(ResourceLevel.STUDY, id)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "There is no study " + id);
        }
        return id;
    }

    private void split(Request request, Response response) throws IOException {
        JsonNode body = request.json();
        if (body.isNull()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "Neither \"Series\" nor \"Instances\" to split off");
        }
        String study = study(request);
        Set<String> instances = new LinkedHashSet<>();
        for (String series : resources(body, "Series").orElse(List.of())) {
            checkWithin(ResourceLevel.SERIES, series, study);
            instances.addAll(InstancesJob.below(modifications, ResourceLevel.SERIES, series));
        }
        for (String instance : resources(body, "Instances").orElse(List.of())) {
            checkWithin(ResourceLevel.INSTANCE, instance, study);
            instances.add(instance);
        }
        if (instances.isEmpty()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "Neither \"Series\" nor \"Instances\" to split off");
        }
        move(SplitMergeJob.SPLIT, instances, "", body, request, response);
    }

    private void checkWithin(ResourceLevel level, String id, String study) {
        if (!modifications.index.exists(level, id)
                || !modifications.index.ancestor(level, id, ResourceLevel.STUDY).equals(Optional.of(study))) {
            throw new IsengardException(
                    ErrorCode.UNKNOWN_RESOURCE,
                    "The study has no " + level.label().toLowerCase() + " " + id);
        }
    }

    private void merge(Request request, Response response) throws IOException {
        JsonNode body = request.json();
        String study = study(request);
        List<String> resources = resources(body, "Resources")
                .orElseThrow(() -> new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Resources\" is missing"));
        Set<String> instances = new LinkedHashSet<>();
        for (String id : resources) {
            ResourceLevel level = InstancesJob.levelOf(modifications, id, ErrorCode.UNKNOWN_RESOURCE);
            boolean own = level == ResourceLevel.PATIENT
                    || (level == ResourceLevel.STUDY
                            ? id.equals(study)
                            : modifications
                                    .index
                                    .ancestor(level, id, ResourceLevel.STUDY)
                                    .equals(Optional.of(study)));
            if (own) {
                throw new IsengardException(
                        ErrorCode.UNKNOWN_RESOURCE, "Not a study, series or instance outside the target study: " + id);
            }
            instances.addAll(InstancesJob.below(modifications, level, id));
        }
        String target = InstancesJob.below(modifications, ResourceLevel.STUDY, study).stream()
                .findFirst()
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        move(SplitMergeJob.MERGE, instances, target, body, request, response);
    }

    private void move(
            String type, Set<String> instances, String target, JsonNode body, Request request, Response response)
            throws IOException {
        JobRequest how = JobRequest.of(body, true);
        SplitMergeJob job = new SplitMergeJob(
                modifications, type, List.copyOf(instances), target, body, how.permissive(), request.caller());
        how.run(jobs, job, response);
    }
}
