package org.isengard.samples.count;

import com.fasterxml.jackson.databind.JsonNode;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.job.JobType;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.RestRoutes;
import org.isengard.api.rest.Router;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * A kind of job and the route that submits one: {@code POST /count} with the usual fields of jobs, such as
 * {@code {"Asynchronous": true}}. While the plugin is away its jobs wait; they go on when it is back.
 */
@Plugin(id = "count", version = "1.0", description = "Adds up the bytes of all instances, as a job")
@Component
public final class CountJobs implements JobType, RestRoutes {
    private final Index index;
    private final JobEngine engine;

    @Activate
    public CountJobs(@Reference Index index, @Reference JobEngine engine) {
        this.index = index;
        this.engine = engine;
    }

    @Override
    public String name() {
        return CountJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return new CountJob(
                index, state.path("Instances").asLong(), state.path("Bytes").asLong());
    }

    @Override
    public void declare(Router router) {
        router.post(
                "/count",
                (request, response) ->
                        JobRequest.of(request.json(), true).run(engine, new CountJob(index, 0, 0), response));
    }
}
