package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Jobs that modify or anonymize resources. */
@Component(service = JobType.class)
public final class ModificationJobType implements JobType {
    private final Modifications modifications;

    @Activate
    public ModificationJobType(@Reference Modifications modifications) {
        this.modifications = modifications;
    }

    @Override
    public String name() {
        return ModificationJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) throws IOException {
        return new ModificationJob(modifications, state);
    }
}
