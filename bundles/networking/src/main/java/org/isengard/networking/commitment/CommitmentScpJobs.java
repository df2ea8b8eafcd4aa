package org.isengard.networking.commitment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.StoredInstances;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code StorageCommitmentScp}. */
@Component(service = {JobType.class, CommitmentScpJobs.class})
public final class CommitmentScpJobs implements JobType {
    private final StoredInstances stored;
    private final Modalities modalities;

    @Activate
    public CommitmentScpJobs(@Reference StoredInstances stored, @Reference Modalities modalities) {
        this.stored = stored;
        this.modalities = modalities;
    }

    @Override
    public String name() {
        return CommitmentScpJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return CommitmentScpJob.restore(stored, modalities, state);
    }

    Job create(Modality modality, String localAet, String transaction, List<SopReference> instances) {
        return new CommitmentScpJob(stored, modalities, modality, localAet, transaction, instances);
    }
}
