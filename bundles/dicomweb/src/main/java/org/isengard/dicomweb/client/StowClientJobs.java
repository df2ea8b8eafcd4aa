package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The jobs {@code DicomWebStowClient}. */
@Component(service = {JobType.class, StowClientJobs.class})
public final class StowClientJobs implements JobType {
    private final StowSender sender;
    private final Index index;

    @Activate
    public StowClientJobs(@Reference StowSender sender, @Reference Index index) {
        this.sender = sender;
        this.index = index;
    }

    @Override
    public String name() {
        return StowClientJob.TYPE;
    }

    @Override
    public Job restore(JsonNode state) {
        return StowClientJob.restore(sender, state);
    }

    /**
     * Makes a job of a request.
     *
     * @param body with {@code Resources}: identifiers of any level
     * @throws IsengardException BAD_FILE_FORMAT when there are none, UNKNOWN_RESOURCE for one that is not stored
     */
    Job create(String server, JsonNode body) {
        JsonNode named = body.path("Resources");
        if (!named.isArray()) {
            throw ClientRequest.bad("The field \"Resources\" must be an array of identifiers");
        }
        List<Index.Ref> resources = new ArrayList<>();
        Set<String> instances = new TreeSet<>();
        for (JsonNode id : named) {
            Index.Ref resource = find(id);
            resources.add(resource);
            if (resource.level() == ResourceLevel.INSTANCE) {
                instances.add(resource.id());
            } else {
                instances.addAll(index.findIds(
                        FindRequest.all(ResourceLevel.INSTANCE, Set.of()).within(resource.level(), resource.id())));
            }
        }
        Map<String, String> headers = ClientRequest.texts(body, "HttpHeaders");
        return new StowClientJob(
                sender,
                new StowClientJob.Order(server, resources, List.copyOf(instances), headers, RetryPlan.read(body)));
    }

    private Index.Ref find(JsonNode id) {
        if (!id.isTextual()) {
            throw ClientRequest.bad("The field \"Resources\" must be an array of identifiers");
        }
        for (ResourceLevel level : ResourceLevel.values()) {
            if (index.exists(level, id.textValue())) {
                return new Index.Ref(level, id.textValue());
            }
        }
        throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No resource has the identifier " + id.textValue());
    }
}
