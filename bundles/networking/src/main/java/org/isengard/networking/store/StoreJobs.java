package org.isengard.networking.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.isengard.networking.commitment.StorageCommitments;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.StoredInstances;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code DicomModalityStore}. */
@Component(service = {JobType.class, StoreJobs.class})
public final class StoreJobs implements JobType {
    private final StoredInstances stored;
    private final Modalities modalities;
    private final StorageCommitments commitments;

    @Activate
    public StoreJobs(
            @Reference StoredInstances stored,
            @Reference Modalities modalities,
            @Reference StorageCommitments commitments) {
        this.stored = stored;
        this.modalities = modalities;
        this.commitments = commitments;
    }

    @Override
    public String name() {
        return StoreJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return StoreJob.restore(stored, modalities, commitments, state);
    }

    public Job create(StoreJob.Order order, List<Index.Ref> resources) {
        return new StoreJob(
                stored, modalities, commitments, order, resources, ResourceList.instances(resources, stored.index()));
    }
}
