package org.isengard.networking.query;

import com.fasterxml.jackson.databind.JsonNode;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code DicomGetScu}. */
@Component(service = JobType.class)
public final class GetJobs implements JobType {
    private final RetrieveJobs jobs;

    @Activate
    public GetJobs(@Reference RetrieveJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public String name() {
        return RetrieveJob.GET;
    }

    @Override
    public Job restore(JsonNode state) {
        return jobs.restore(state);
    }
}
