package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.rest.Caller;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.transform.InstanceFiles;
import org.isengard.transform.NewFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Modifies or anonymizes resources: one, of which the content tells what it became, or a set of any levels. */
final class ModificationJob extends InstancesJob {
    static final String TYPE = "ResourceModification";

    private static final Logger LOG = LoggerFactory.getLogger(ModificationJob.class);

    /** Whether the answer tells what one resource became, or lists all that was made. */
    enum Scope {
        ONE,
        SET
    }

    /**
     * The order that a client asks for.
     *
     * @param level the level that the request names; a single resource may be of another one
     * @param body the request's body
     */
    record Order(Modification.Kind kind, Scope scope, ResourceLevel level, List<String> resources, JsonNode body) {
        Order {
            resources = List.copyOf(resources);
        }
    }

    private final Order order;
    private final ResourceLevel sourceLevel;
    private final Modification modification;

    /** Whether a former run may have stored instances that this run makes again. */
    private final boolean resumed;

    private final InstanceModifier modifier;
    private final Map<ResourceLevel, Set<String>> results = new EnumMap<>(ResourceLevel.class);

    /** The number of instances that this run has not stored, because their identifiers are there already. */
    private final AtomicInteger unchanged = new AtomicInteger();

    /** Resources above new instances whose main tags were taken from one of these, by this run of the job. */
    private final Set<String> refreshed = ConcurrentHashMap.newKeySet();

    /**
     * A new job.
     *
     * @throws IsengardException for a bad body, a resource that is not there, or a result that Orthanc refuses
     */
    ModificationJob(Modifications modifications, Order order, boolean permissive, Caller caller) {
        this(modifications, order, read(modifications, order), permissive, caller);
    }

    private ModificationJob(
            Modifications modifications, Order order, Modification modification, boolean permissive, Caller caller) {
        super(
                modifications,
                instances(modifications, order.resources()),
                permissive,
                modification.keepSource(),
                caller);
        this.order = order;
        this.modification = modification;
        sourceLevel = sourceLevel(modifications, order);
        resumed = false;
        modifier = new InstanceModifier(modification, identities, modifications.dictionary);
        if (modification.isSameStudy()) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST, "With all identifiers kept, the result would overwrite its source");
        }
        new PatientCheck(modifications.index).check(order, modification);
    }

    ModificationJob(Modifications modifications, JsonNode state) {
        super(modifications, state);
        order = new Order(
                state.path("anonymize").asBoolean() ? Modification.Kind.ANONYMIZE : Modification.Kind.MODIFY,
                state.path("single").asBoolean() ? Scope.ONE : Scope.SET,
                ResourceLevel.valueOf(state.required("level").asText()),
                texts(state.required("resources")),
                state.required("body"));
        sourceLevel = ResourceLevel.valueOf(
                state.path("sourceLevel").asText(order.level().name()));
        modification = read(modifications, order);
        resumed = true;
        modifier = new InstanceModifier(modification, identities, modifications.dictionary);
        for (ResourceLevel each : ResourceLevel.values()) {
            results.put(each, new LinkedHashSet<>(texts(state.path("results").path(each.name()))));
        }
    }

    private static Modification read(Modifications modifications, Order order) {
        return Modification.of(order.body(), order.kind(), order.level(), modifications.dictionary);
    }

    private static ResourceLevel sourceLevel(Modifications modifications, Order order) {
        return order.scope() == Scope.ONE
                ? levelOf(modifications, order.resources().get(0), ErrorCode.PARAMETER_OUT_OF_RANGE)
                : order.level();
    }

    private static List<String> instances(Modifications modifications, List<String> resources) {
        Set<String> instances = new LinkedHashSet<>();
        for (String resource : resources) {
            ResourceLevel level = levelOf(modifications, resource, ErrorCode.PARAMETER_OUT_OF_RANGE);
            instances.addAll(below(modifications, level, resource));
        }
        return new ArrayList<>(instances);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    protected ResourceIds process(String instance) throws IOException {
        ResourceIds from = modifications.idsOf(instance);
        InstanceFiles.Whole whole = modifications.instances.read(instance);
        DicomFile file = whole.file();
        modifier.apply(file.dataset());
        if (modification.transcode().isPresent()) {
            file = modifications.transcoding.transcode(
                    file, modification.transcode().get(), true);
        }
        Attributes dataset = file.dataset();
        try (NewFile changed = InstanceFiles.write(dataset, file.transferSyntax(), whole.size())) {
            Ingest.Outcome outcome = modifications.store(
                    changed,
                    from,
                    dataset,
                    Modifications.origin(order.kind()),
                    Modifications.Labels.of(modification.keepLabels()),
                    caller);
            boolean madeBefore =
                    resumed && !outcome.ids().instance().equals(instance) && !modification.replaces(Tag.SOPInstanceUID);
            if (outcome.status() == StoreStatus.SUCCESS || madeBefore) {
                refreshParents(outcome.ids(), dataset);
            } else {
                unchanged.incrementAndGet();
            }
            return outcome.ids();
        }
    }

    /** Parents that were there before take the tags of the first new instance below them, once in a run. */
    private void refreshParents(ResourceIds made, Attributes dataset) {
        List<Index.Ref> parents = new ArrayList<>();
        for (ResourceLevel parent : List.of(ResourceLevel.SERIES, ResourceLevel.STUDY, ResourceLevel.PATIENT)) {
            String id = Modifications.id(made, parent);
            if (refreshed.add(id)) {
                parents.add(new Index.Ref(parent, id));
            }
        }
        if (!parents.isEmpty()) {
            modifications.index.updateMainTags(parents, dataset);
        }
    }

    @Override
    protected void ended() {
        if (unchanged.get() > 0) {
            LOG.warn(
                    "A modification left {} instances as they were: they are there already, and OverwriteInstances"
                            + " does not let it replace them",
                    unchanged.get());
        }
    }

    @Override
    protected void done(ResourceIds made) {
        for (ResourceLevel each : ResourceLevel.values()) {
            results.computeIfAbsent(each, l -> new LinkedHashSet<>()).add(Modifications.id(made, each));
        }
    }

    @Override
    protected void addState(ObjectNode state) {
        order.resources().forEach(state.putArray("resources")::add);
        state.put("level", order.level().name()).put("sourceLevel", sourceLevel.name());
        state.put("single", order.scope() == Scope.ONE);
        state.put("anonymize", order.kind() == Modification.Kind.ANONYMIZE);
        state.set("body", order.body());
        ObjectNode made = state.putObject("results");
        results.forEach((each, ids) -> ids.forEach(made.putArray(each.name())::add));
    }

    @Override
    protected void addContent(ObjectNode content) {
        content.put("IsAnonymization", order.kind() == Modification.Kind.ANONYMIZE);
        modification
                .transcode()
                .ifPresent(target -> content.put("Transcode", target.syntax().uid()));
        if (!order.resources().isEmpty()) {
            new TreeSet<>(order.resources()).forEach(content.putArray("ParentResources")::add);
        }
        ArrayNode list = content.putArray("Resources");
        if (order.scope() == Scope.ONE) {
            ResourceLevel level = order.level();
            list.addObject().put("ID", order.resources().get(0)).put("Type", sourceLevel.label());
            results.getOrDefault(level, Set.of()).stream()
                    .findFirst()
                    .ifPresent(id ->
                            content.put("ID", id).put("Path", level.path(id)).put("Type", level.label()));
            results.getOrDefault(ResourceLevel.PATIENT, Set.of()).stream()
                    .findFirst()
                    .ifPresent(id -> content.put("PatientID", id));
            return;
        }
        for (int i = ResourceLevel.values().length - 1; i >= 0; i--) {
            ResourceLevel each = ResourceLevel.values()[i];
            for (String id : new TreeSet<>(results.getOrDefault(each, Set.of()))) {
                list.addObject().put("ID", id).put("Path", each.path(id)).put("Type", each.label());
            }
        }
    }
}
