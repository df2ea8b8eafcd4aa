package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Jobs that merge studies. */
@Component(service = JobType.class)
public final class MergeStudyJobType implements JobType {
    private final Modifications modifications;

    @Activate
    public MergeStudyJobType(@Reference Modifications modifications) {
        this.modifications = modifications;
    }

    @Override
    public String name() {
        return SplitMergeJob.MERGE;
    }

    @Override
    public Job restore(JsonNode state) throws IOException {
        return new SplitMergeJob(modifications, SplitMergeJob.MERGE, state);
    }
}
