package org.isengard.networking.query;

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
    private final RetrieveScu retriever;
    private final DicomFiles files;

    @Activate
    public RetrieveJobs(@Reference RetrieveScu retriever, @Reference DicomFiles files) {
        this.retriever = retriever;
        this.files = files;
    }

    @Override
    public String name() {
        return RetrieveJob.MOVE;
    }

    @Override
    public Job restore(JsonNode state) {
        return RetrieveJob.restore(retriever, files.dictionary(), state);
    }

    /** {@return a job of this type, or of {@link GetJobs} if the order says so} */
    Job create(RetrieveJob.Order order, List<JsonNode> queries) {
        return new RetrieveJob(retriever, files.dictionary(), order, queries);
    }
}
