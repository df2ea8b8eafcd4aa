package org.isengard.networking.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.TransferSyntax;
import org.isengard.networking.remote.OutboundCallLimit;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.StoredInstances;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Other Orthancs: their configuration, what they say about themselves, and sending to them. */
@Component(
        service = Filter.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "networking")
public final class PeerRoutes extends RoutingFilter {
    private static final List<String> OPERATIONS = List.of("configuration", "store", "store-straight", "system");

    public @interface Config {
        boolean LogExportedResources();
    }

    private final Peers peers;
    private final PeerSender sender;
    private final PeerStoreJobs jobs;
    private final StoredInstances stored;
    private final boolean exportsLogged;
    private final JobEngine engine;

    @Activate
    public PeerRoutes(
            @Reference Peers peers,
            @Reference PeerSender sender,
            @Reference PeerStoreJobs jobs,
            @Reference JobEngine engine,
            @Reference StoredInstances stored,
            @Reference OutboundCallLimit calls,
            Config config) {
        super(new Routes());
        this.engine = engine;
        this.peers = peers;
        this.sender = sender;
        this.jobs = jobs;
        this.stored = stored;
        exportsLogged = config.LogExportedResources();
        routes().get("/peers", this::list)
                .get("/peers/{name}", this::operations)
                .put("/peers/{name}", this::declare)
                .delete("/peers/{name}", this::remove)
                .get("/peers/{name}/configuration", this::configuration)
                .get("/peers/{name}/system", calls.bounded(this::system))
                .post("/peers/{name}/store", calls.bounded(this::store))
                .post("/peers/{name}/store-straight", calls.bounded(this::storeStraight));
    }

    private void list(Request request, Response response) throws IOException {
        if (QueryFlags.isSet(request, "expand")) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            peers.declared().all().forEach((name, peer) -> all.set(name, peer.toPublicJson()));
            response.json(all);
        } else {
            response.json(
                    Json.MAPPER.<JsonNode>valueToTree(peers.declared().all().keySet()));
        }
    }

    private Peer of(Request request) {
        return peers.named(request.path("name"));
    }

    private void operations(Request request, Response response) throws IOException {
        of(request);
        response.json(Json.MAPPER.<JsonNode>valueToTree(OPERATIONS));
    }

    private void configuration(Request request, Response response) throws IOException {
        response.json(of(request).toPublicJson());
    }

    private void declare(Request request, Response response) throws IOException {
        JsonNode body;
        try {
            body = Json.MAPPER.readTree(request.text());
        } catch (JsonProcessingException e) {
            // As recorded: what is no JSON at all is not found.
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "A peer is declared by JSON", e);
        }
        peers.declared().put(request.path("name"), body);
        response.text("");
    }

    private void remove(Request request, Response response) throws IOException {
        peers.declared().remove(request.path("name"));
        response.text("");
    }

    private void system(Request request, Response response) throws IOException {
        Peer peer = of(request);
        response.json(json(peer, peers.call(peer, "system", null, "")));
    }

    private static JsonNode json(Peer peer, byte[] answer) {
        try {
            JsonNode json = Json.MAPPER.readTree(answer);
            if (json.isContainerNode()) {
                return json;
            }
        } catch (IOException e) {
            throw Peers.failure(peer, "does not answer as Orthanc does: " + e.getMessage(), e);
        }
        throw Peers.failure(peer, "does not answer as Orthanc does", null);
    }

    private void store(Request request, Response response) throws IOException {
        Peer peer = of(request);
        ResourceList list = ResourceList.read(request, stored.index());
        JsonNode options = list.options();
        JobRequest how = JobRequest.of(options, true);
        var order = new PeerStoreJob.Order(
                peer,
                options.path("Compress").asBoolean(),
                transcode(options.path("Transcode")),
                how.permissive(),
                RetrySchedule.read(options));
        if (exportsLogged) {
            for (Index.Ref resource : list.resources()) {
                stored.index().logExported(resource.level(), resource.id(), peer.name());
            }
        }
        how.run(engine, jobs.create(order, list.resources()), response);
    }

    private static String transcode(JsonNode option) {
        if (option.isMissingNode()) {
            return "";
        }
        if (!option.isTextual() || !TransferSyntax.isKnown(option.textValue())) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Not a transfer syntax: " + option);
        }
        return option.textValue();
    }

    private void storeStraight(Request request, Response response) throws IOException {
        Peer peer = of(request);
        Path file = Files.createTempFile("isengard-straight", ".dcm");
        try {
            try (InputStream body = request.body()) {
                Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
            }
            response.json(json(peer, sender.send(peer, file)));
        } finally {
            Files.delete(file);
        }
    }
}
