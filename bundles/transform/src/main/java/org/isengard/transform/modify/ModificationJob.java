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
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.rest.Caller;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.ResourceIds;
import org.isengard.dicom.Tag;
import org.isengard.transform.InstanceFiles;
import org.isengard.transform.NewFile;

/** Modifies or anonymizes resources: one, of which the content tells what it became, or a set of any levels. */
final class ModificationJob extends InstancesJob {
    static final String TYPE = "ResourceModification";

    private final List<String> resources;
    private final ResourceLevel level;
    private final boolean single;
    private final boolean anonymize;
    private final JsonNode body;
    private final Modification modification;
    private final InstanceModifier modifier;
    private final Map<ResourceLevel, Set<String>> results = new EnumMap<>(ResourceLevel.class);

    /**
     * A new job.
     *
     * @param single whether it is about one resource of the level
     */
    ModificationJob(
            Modifications modifications,
            List<String> resources,
            ResourceLevel level,
            boolean single,
            boolean anonymize,
            JsonNode body,
            boolean permissive,
            Caller caller) {
        super(
                modifications,
                instances(modifications, resources),
                permissive,
                Modification.flag(body, "KeepSource", true),
                caller);
        this.resources = List.copyOf(resources);
        this.level = level;
        this.single = single;
        this.anonymize = anonymize;
        this.body = body;
        modification = Modification.of(body, anonymize, level, modifications.dictionary);
        modifier = new InstanceModifier(modification, identities, modifications.dictionary);
        if (single && modification.isInPlace()) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST, "With all identifiers kept, the result would overwrite its source");
        }
    }

    ModificationJob(Modifications modifications, JsonNode state) {
        super(modifications, state);
        resources = texts(state.required("resources"));
        level = ResourceLevel.valueOf(state.required("level").asText());
        single = state.path("single").asBoolean();
        anonymize = state.path("anonymize").asBoolean();
        body = state.required("body");
        modification = Modification.of(body, anonymize, level, modifications.dictionary);
        modifier = new InstanceModifier(modification, identities, modifications.dictionary);
        for (ResourceLevel each : ResourceLevel.values()) {
            results.put(each, new LinkedHashSet<>(texts(state.path("results").path(each.name()))));
        }
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
        try (NewFile changed = InstanceFiles.write(file.dataset(), file.transferSyntax(), whole.size())) {
            return modifications.store(
                    changed,
                    from,
                    file.dataset(),
                    Modifications.origin(anonymize),
                    modification.keeps(Tag.SOPInstanceUID),
                    modification.keepLabels(),
                    caller);
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
        resources.forEach(state.putArray("resources")::add);
        state.put("level", level.name()).put("single", single).put("anonymize", anonymize);
        state.set("body", body);
        ObjectNode made = state.putObject("results");
        results.forEach((each, ids) -> ids.forEach(made.putArray(each.name())::add));
    }

    @Override
    protected void addContent(ObjectNode content) {
        content.put("IsAnonymization", anonymize);
        if (!resources.isEmpty()) {
            new TreeSet<>(resources).forEach(content.putArray("ParentResources")::add);
        }
        ArrayNode list = content.putArray("Resources");
        if (single) {
            list.addObject().put("ID", resources.get(0)).put("Type", level.label());
            results.getOrDefault(level, Set.of()).stream()
                    .findFirst()
                    .ifPresent(id -> content.put("ID", id).put("Path", level.path(id)));
            results.getOrDefault(ResourceLevel.PATIENT, Set.of()).stream()
                    .findFirst()
                    .ifPresent(id -> content.put("PatientID", id));
            content.put("Type", level.label());
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
