package org.isengard.dicomweb.wado;

import java.io.IOException;
import java.util.List;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.Attachments;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;

/** Deletes studies, series and instances by DELETE of their resources. */
public final class DeleteRoutes {
    private final StoredStudies studies;
    private final Index index;
    private final Attachments attachments;

    public DeleteRoutes(StoredStudies studies, Index index, Attachments attachments) {
        this.studies = studies;
        this.index = index;
        this.attachments = attachments;
    }

    public void addTo(Router routes, String root) {
        String study = root + "studies/{study}";
        routes.delete(study, (rq, rs) -> delete(ResourceLevel.STUDY, rq, rs))
                .delete(study + "/series/{series}", (rq, rs) -> delete(ResourceLevel.SERIES, rq, rs))
                .delete(
                        study + "/series/{series}/instances/{instance}",
                        (rq, rs) -> delete(ResourceLevel.INSTANCE, rq, rs));
    }

    private void delete(ResourceLevel level, Request request, Response response) throws IOException {
        List<InstanceRef> instances = studies.instances(request, level);
        // Two patients may have the study: each of them is a resource of its own.
        for (InstanceRef instance : instances) {
            if (level == ResourceLevel.INSTANCE) {
                index.delete(level, instance.id());
            } else {
                index.ancestor(ResourceLevel.INSTANCE, instance.id(), level).ifPresent(id -> index.delete(level, id));
            }
        }
        attachments.collectGarbage();
        response.status(204);
    }
}
