package org.isengard.networking;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.isengard.api.storage.DicomFiles;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code DicomMoveScu}. */
@Component(service = {JobType.class, RetrieveJobs.class})
public final class RetrieveJobs implements JobType {
    private final Modalities modalities;
    private final DicomFiles files;

    @Activate
    public RetrieveJobs(@Reference Modalities modalities, @Reference DicomFiles files) {
        this.modalities = modalities;
        this.files = files;
    }

    @Override
    public String name() {
        return RetrieveJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return RetrieveJob.restore(modalities, files.dictionary(), state);
    }

    Job create(RetrieveJob.Order order, List<JsonNode> queries) {
        return new RetrieveJob(modalities, files.dictionary(), order, queries);
    }
}
