package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code DicomWebWadoRetrieveClient}. */
@Component(service = {JobType.class, RetrieveClientJobs.class})
public final class RetrieveClientJobs implements JobType {
    private final Retriever retriever;

    @Activate
    public RetrieveClientJobs(@Reference Retriever retriever) {
        this.retriever = retriever;
    }

    @Override
    public String name() {
        return RetrieveClientJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return RetrieveClientJob.restore(retriever, state);
    }

    /** Makes a job that fetches what {@code Uri} leads to. */
    Job fetch(String server, JsonNode body) {
        return job(server, List.of(ClientRequest.uri(body)), ClientRequest.texts(body, "Arguments"), body);
    }

    /** Makes a job that fetches {@code Resources}, each with Study and perhaps Series and Instance. */
    Job retrieve(String server, JsonNode body) {
        JsonNode resources = body.path("Resources");
        if (!resources.isArray()) {
            throw ClientRequest.bad("The field \"Resources\" must be an array");
        }
        List<String> paths = new ArrayList<>();
        for (JsonNode resource : resources) {
            paths.add(WebResource.of(
                            ClientRequest.text(resource, "Study"),
                            ClientRequest.text(resource, "Series"),
                            ClientRequest.text(resource, "Instance"))
                    .path());
        }
        return job(server, paths, Map.of(), body);
    }

    private Job job(String server, List<String> paths, Map<String, String> arguments, JsonNode body) {
        return new RetrieveClientJob(
                retriever,
                new RetrieveClientJob.Order(
                        server, paths, arguments, ClientRequest.texts(body, "HttpHeaders"), RetryPlan.read(body)));
    }
}
