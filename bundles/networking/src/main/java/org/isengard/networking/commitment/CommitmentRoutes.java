package org.isengard.networking.commitment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.RestClient;
import org.isengard.dicom.UIDs;
import org.isengard.networking.remote.OutboundCallLimit;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.ModalityRoutes;
import org.isengard.networking.scu.StoredInstances;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Storage commitment: asking a modality, its report, and removal of what is safe there. */
@Component(service = Filter.class)
@Feature(isengard_feature = "networking")
public final class CommitmentRoutes extends RoutingFilter {
    private final Modalities modalities;
    private final StorageCommitments commitments;
    private final StoredInstances stored;
    private final RestClient rest;

    @Activate
    public CommitmentRoutes(
            @Reference Modalities modalities,
            @Reference StorageCommitments commitments,
            @Reference StoredInstances stored,
            @Reference RestClient rest,
            @Reference OutboundCallLimit calls) {
        super(new Routes());
        this.modalities = modalities;
        this.commitments = commitments;
        this.stored = stored;
        this.rest = rest;
        routes().post("/modalities/{name}/storage-commitment", calls.bounded(this::ask))
                .get("/storage-commitment/{id}", this::report)
                .post("/storage-commitment/{id}/remove", this::remove);
    }

    private void ask(Request request, Response response) throws IOException {
        String name = request.path("name");
        Modality modality = modalities
                .declared()
                .get(name)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such modality: " + name));
        JsonNode body = request.json();
        if (!body.isObject() || !body.has("Resources") && !body.has("DicomInstances")) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "\"Resources\" or \"DicomInstances\" must say what is asked for");
        }
        List<SopReference> instances = new ArrayList<>();
        if (body.has("Resources")) {
            instances.addAll(resources(array(body, "Resources")));
        }
        if (body.has("DicomInstances")) {
            instances.addAll(SopReference.readAll(array(body, "DicomInstances")));
        }
        String transaction = UIDs.generate();
        commitments.request(
                transaction,
                modality,
                modalities.localAet(modality, body.path("LocalAet").asText()),
                ModalityRoutes.timeout(body),
                instances);
        response.json(JsonNodeFactory.instance
                .objectNode()
                .put("ID", transaction)
                .put("Path", "/storage-commitment/" + transaction));
    }

    private static JsonNode array(JsonNode body, String field) {
        if (!body.path(field).isArray()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"" + field + "\" must be an array");
        }
        return body.path(field);
    }

    private List<SopReference> resources(JsonNode ids) throws IOException {
        List<Index.Ref> resources = ResourceList.resolve(ids, stored.index(), ErrorCode.UNKNOWN_RESOURCE);
        List<SopReference> instances = new ArrayList<>();
        for (String instance : ResourceList.instances(resources, stored.index())) {
            instances.add(stored.reference(instance));
        }
        return instances;
    }

    private CommitmentReport find(Request request) {
        return commitments
                .find(request.path("id"))
                .orElseThrow(() ->
                        new IsengardException(ErrorCode.INEXISTENT_ITEM, "No such transaction: " + request.path("id")));
    }

    private void report(Request request, Response response) throws IOException {
        response.json(find(request).toJson());
    }

    private void remove(Request request, Response response) throws IOException {
        CommitmentReport report = find(request);
        if (!report.isSuccess()) {
            throw new IsengardException(
                    ErrorCode.BAD_SEQUENCE_OF_CALLS, "Only what was reported as safe may be removed");
        }
        for (SopReference kept : report.successes()) {
            for (Index.Ref found : stored.index().lookup(kept.sopInstance())) {
                if (found.level() == ResourceLevel.INSTANCE) {
                    delete(found.id(), request);
                }
            }
        }
        response.json(JsonNodeFactory.instance.objectNode());
    }

    private void delete(String instance, Request request) throws IOException {
        RestClient.Answer answer =
                rest.call("DELETE", "/instances/" + instance, Map.of(), new byte[0], request.caller(), true);
        // It may be gone already.
        if (answer.status() != 200 && answer.status() != 404) {
            throw new IsengardException(ErrorCode.INTERNAL_ERROR, "Instance " + instance + " cannot be removed");
        }
    }
}
