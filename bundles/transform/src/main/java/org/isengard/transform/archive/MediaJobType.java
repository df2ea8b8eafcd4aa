package org.isengard.transform.archive;

import com.fasterxml.jackson.databind.JsonNode;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Jobs that make DICOMDIR media. */
@Component(service = JobType.class)
public final class MediaJobType implements JobType {
    private final ArchiveService service;

    @Activate
    public MediaJobType(@Reference ArchiveService service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "Media";
    }

    @Override
    public Job restore(JsonNode state) {
        return new ArchiveJob(service, state);
    }
}
