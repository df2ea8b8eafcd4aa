package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;

/** Routes that send to a DICOMweb server and fetch from it by jobs: {@code stow}, {@code retrieve} and {@code wado}. */
public final class TransferRoutes {
    private final WebServers servers;
    private final StowClientJobs stow;
    private final RetrieveClientJobs retrieve;
    private final JobEngine jobs;
    private final String apiRoot;

    /** Makes a job of a request. */
    @FunctionalInterface
    private interface Maker {
        Job make(String server, JsonNode body);
    }

    /** @param apiRoot relative path from the service to the REST API */
    public TransferRoutes(
            WebServers servers, StowClientJobs stow, RetrieveClientJobs retrieve, JobEngine jobs, String apiRoot) {
        this.servers = servers;
        this.stow = stow;
        this.retrieve = retrieve;
        this.jobs = jobs;
        this.apiRoot = apiRoot;
    }

    public void addTo(Router routes, String root) {
        String server = root + "servers/{name}";
        routes.post(server + "/stow", run(stow::create, true))
                .post(server + "/retrieve", run(retrieve::retrieve, true))
                .post(server + "/wado", run(retrieve::fetch, false));
    }

    private Handler run(Maker maker, boolean synchronous) {
        return (request, response) -> {
            String server = servers.named(request.path("name")).name();
            JsonNode body = ClientRequest.body(request);
            run(maker.make(server, body), JobRequest.of(body, synchronous), response);
        };
    }

    private void run(Job job, JobRequest order, Response response) throws IOException {
        if (order.synchronous()) {
            response.json(jobs.execute(job, order));
        } else {
            String id = jobs.submit(job, order);
            // The path is relative to the service, as in Orthanc.
            response.json(
                    JsonNodeFactory.instance.objectNode().put("ID", id).put("Path", "../" + apiRoot + "jobs/" + id));
        }
    }
}
