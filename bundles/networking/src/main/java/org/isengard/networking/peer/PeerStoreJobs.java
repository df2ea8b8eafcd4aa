package org.isengard.networking.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.scu.StoredInstances;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code OrthancPeerStore}. */
@Component(service = {JobType.class, PeerStoreJobs.class})
public final class PeerStoreJobs implements JobType {
    private final PeerSender sender;
    private final StoredInstances stored;

    @Activate
    public PeerStoreJobs(@Reference PeerSender sender, @Reference StoredInstances stored) {
        this.sender = sender;
        this.stored = stored;
    }

    @Override
    public String name() {
        return PeerStoreJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return PeerStoreJob.restore(sender, state);
    }

    Job create(PeerStoreJob.Order order, List<Index.Ref> resources) {
        return new PeerStoreJob(sender, order, resources, ResourceList.instances(resources, stored.index()));
    }
}
