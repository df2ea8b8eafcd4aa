package org.isengard.networking.scp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.Index;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RestClient;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Element;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.Value;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.PresentationContext;
import org.isengard.dicom.net.Status;
import org.isengard.dicom.net.SubOperations;
import org.isengard.networking.match.AttributeMatch;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.StoredInstances;
import org.isengard.networking.store.StoreJob;
import org.isengard.networking.store.StoreJobs;
import org.isengard.rest.kit.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers C-FIND, C-MOVE and C-GET from what is stored (PS3.4 annex C). */
@Component(
        service = QueryRetrieve.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class QueryRetrieve {
    private static final Logger LOG = LoggerFactory.getLogger(QueryRetrieve.class);

    /** By which resources are asked for in a retrieval, at the level where each belongs. */
    private static final Map<Integer, ResourceLevel> KEYS = keys();

    private static final Set<Integer> NOT_MATCHED =
            Set.of(Tag.SpecificCharacterSet, Tag.QueryRetrieveLevel, Tag.RetrieveAETitle, Tag.TimezoneOffsetFromUTC);

    public @interface Config {
        boolean SynchronousCMove() default true;

        boolean CaseSensitivePN() default false;

        String StorageAccessOnFind() default "Always";
    }

    private final RestClient rest;
    private final StoredInstances stored;
    private final Modalities modalities;
    private final StoreJobs jobs;
    private final boolean synchronous;
    private final boolean caseSensitiveNames;
    private final boolean mayReadFiles;

    /** Needed without SynchronousCMove only. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile JobEngine engine;

    @Activate
    public QueryRetrieve(
            @Reference RestClient rest,
            @Reference StoredInstances stored,
            @Reference Modalities modalities,
            @Reference StoreJobs jobs,
            Config config) {
        this.rest = rest;
        this.stored = stored;
        this.modalities = modalities;
        this.jobs = jobs;
        synchronous = config.SynchronousCMove();
        caseSensitiveNames = config.CaseSensitivePN();
        mayReadFiles = !"Never".equals(config.StorageAccessOnFind());
    }

    private static Map<Integer, ResourceLevel> keys() {
        Map<Integer, ResourceLevel> keys = new LinkedHashMap<>();
        keys.put(Tag.PatientID, ResourceLevel.PATIENT);
        keys.put(Tag.StudyInstanceUID, ResourceLevel.STUDY);
        keys.put(Tag.AccessionNumber, ResourceLevel.STUDY);
        keys.put(Tag.SeriesInstanceUID, ResourceLevel.SERIES);
        keys.put(Tag.SOPInstanceUID, ResourceLevel.INSTANCE);
        return keys;
    }

    /** Searches as {@code /tools/find} does, with the limits and case rules configured for it. */
    void find(Attributes identifier, FindResponses responses) throws IOException {
        identifier.setDefaultCharacterSet(stored.files().headerOptions().defaultCharacterSet());
        ResourceLevel level = level(identifier);
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("Level", level.label())
                .put("Short", true)
                // Only names may be matched without case (PS3.4 C.2.2.2.1).
                .put("CaseSensitive", true)
                .put("CaseSensitivePN", caseSensitiveNames);
        body.putArray("ResponseContent");
        ObjectNode query = body.putObject("Query");
        ArrayNode requested = body.putArray("RequestedTags");
        for (Element element : identifier) {
            int tag = element.tag();
            if (!NOT_MATCHED.contains(tag) && !Tags.isGroupLength(tag)) {
                requested.add(Tags.toString(tag));
                String text = element.isEmpty() ? null : OrthancText.of(identifier, element);
                if (text != null && !text.isEmpty() && !text.equals("*")) {
                    query.put(Tags.toString(tag), text);
                }
            }
        }
        SpecificCharacterSet encoding =
                identifier.getString(Tag.SpecificCharacterSet, "").isEmpty()
                        ? stored.files().headerOptions().defaultCharacterSet()
                        : identifier.characterSet();
        List<JsonNode> all = new ArrayList<>();
        search(body).forEach(all::add);
        // Clients have come to rely on Orthanc's order.
        all.sort(Comparator.comparing(found -> found.path("ID").asText()));
        var inFile = new AttributeMatch(keysInFile(identifier), caseSensitiveNames);
        boolean readFiles = mayReadFiles && !inFile.isEmpty();
        for (JsonNode found : all) {
            if (responses.isCancelled()) {
                return;
            }
            Attributes answer = answer(identifier, found.path("RequestedTags"), encoding);
            if (!readFiles) {
                responses.matchSoon(answer);
            } else if (addFromFile(answer, level, found.path("ID").asText(), inFile)) {
                responses.match(answer);
            }
        }
    }

    /** {@return the keys that only a file knows: sequences, and private ones whose form nobody knows} */
    private static Attributes keysInFile(Attributes identifier) {
        var keys = new Attributes();
        keys.setDefaultCharacterSet(identifier.characterSet());
        for (Element element : identifier) {
            if (element.vr() == VR.SQ || element.vr() == VR.UN && element.isEmpty()) {
                keys.put(element);
            }
        }
        return keys;
    }

    /** Adds what is in the file of one instance. @return false when it does not match, or is not there any more */
    private boolean addFromFile(Attributes answer, ResourceLevel level, String id, AttributeMatch inFile)
            throws IOException {
        List<String> instances = level == ResourceLevel.INSTANCE
                ? List.of(id)
                : stored.index()
                        .findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                                .within(level, id)
                                .page(0, 1));
        if (instances.isEmpty()) {
            return false;
        }
        Attributes dataset;
        try {
            dataset = stored.files().header(instances.get(0)).dataset();
        } catch (IsengardException e) {
            LOG.debug("Instance {} has gone: {}", instances.get(0), e.details());
            return false;
        }
        if (!inFile.matches(dataset)) {
            return false;
        }
        addTo(answer, inFile.answer(dataset));
        return true;
    }

    /** Copies elements, with text in the character set of the target. */
    private static void addTo(Attributes target, Attributes source) {
        for (Element element : source) {
            if (element.tag() == Tag.SpecificCharacterSet) {
                continue;
            }
            if (element instanceof Sequence items) {
                Sequence copy = target.newSequence(element.tag());
                for (Attributes item : items) {
                    addTo(copy.newItem(), item);
                }
            } else if (element instanceof Value value && value.needsCharacterSet()) {
                target.setString(
                        element.tag(),
                        element.vr(),
                        source.getStrings(element.tag()).toArray(new String[0]));
            } else {
                target.put(element);
            }
        }
    }

    private JsonNode search(ObjectNode body) throws IOException {
        RestClient.Answer answer = rest.call(
                "POST",
                "/tools/find",
                Map.of(),
                body.toString().getBytes(StandardCharsets.UTF_8),
                new Caller(Caller.Origin.DICOM_PROTOCOL, "", ""),
                true);
        JsonNode json = Json.MAPPER.readTree(answer.body());
        if (answer.status() != 200) {
            throw new DimseException(
                    Status.CANNOT_UNDERSTAND,
                    json.path("Details").asText(json.path("Message").asText()));
        }
        return json;
    }

    private Attributes answer(Attributes identifier, JsonNode values, SpecificCharacterSet encoding) {
        var answer = new Attributes();
        answer.setCharacterSet(encoding.definedTerms().toArray(new String[0]));
        for (Element element : identifier) {
            int tag = element.tag();
            JsonNode value = values.path(Tags.toString(tag));
            if (value.isTextual() && !value.textValue().isEmpty()) {
                set(answer, tag, element.vr(), value.textValue());
            } else if (!NOT_MATCHED.contains(tag) && !Tags.isGroupLength(tag)) {
                answer.setNull(tag, element.vr());
            }
        }
        answer.setString(Tag.QueryRetrieveLevel, VR.CS, identifier.getString(Tag.QueryRetrieveLevel, ""));
        answer.setString(Tag.RetrieveAETitle, VR.AE, modalities.aet());
        return answer;
    }

    private static void set(Attributes answer, int tag, VR vr, String text) {
        if (vr.isText() || vr.isString()) {
            answer.setString(tag, vr, text.split("\\\\", -1));
        } else if (vr.isInteger()) {
            answer.setLong(
                    tag,
                    vr,
                    Arrays.stream(text.split("\\\\")).mapToLong(Long::parseLong).toArray());
        } else if (vr.isNumber()) {
            answer.setDouble(
                    tag,
                    vr,
                    Arrays.stream(text.split("\\\\"))
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        } else {
            answer.setNull(tag, vr);
        }
    }

    private static ResourceLevel level(Attributes identifier) throws DimseException {
        String name = identifier.getString(Tag.QueryRetrieveLevel, "").trim().toUpperCase(Locale.ROOT);
        if (name.equals("IMAGE")) {
            return ResourceLevel.INSTANCE;
        }
        return ResourceLevel.of(name)
                .orElseThrow(
                        () -> new DimseException(Status.IDENTIFIER_DOES_NOT_MATCH, "No query/retrieve level: " + name));
    }

    /** {@return identifiers of the instances that a retrieval asks for} */
    private List<String> instances(Attributes identifier) throws DimseException {
        ResourceLevel level = level(identifier);
        List<Constraint> constraints = new ArrayList<>();
        KEYS.forEach((tag, where) -> {
            List<String> values = identifier.getStrings(tag);
            if (!where.equals(level) && !where.isAbove(level) || values.stream().allMatch(String::isEmpty)) {
                return;
            }
            constraints.add(new Constraint(tag, FindRequest.Match.LIST, values, true, true));
        });
        if (constraints.isEmpty()) {
            throw new DimseException(Status.IDENTIFIER_DOES_NOT_MATCH, "No key says what to retrieve");
        }
        var request = new FindRequest(
                level,
                null,
                constraints,
                Set.of(),
                FindRequest.LabelsConstraint.ALL,
                Map.of(),
                List.of(),
                0,
                0,
                Set.of());
        List<Index.Ref> resources = new ArrayList<>();
        stored.index().findIds(request).forEach(id -> resources.add(new Index.Ref(level, id)));
        return ResourceList.instances(resources, stored.index());
    }

    void move(Operation operation, Attributes identifier, String destination, SubOperations progress)
            throws IOException {
        Optional<Modality> target = modalities.byAet(destination.trim());
        if (target.isEmpty()) {
            throw new DimseException(Status.MOVE_DESTINATION_UNKNOWN, "No modality has the AET " + destination);
        }
        List<String> instances = instances(identifier);
        if (instances.isEmpty()) {
            throw new DimseException(Status.PROCESSING_FAILURE, "Nothing is stored that matches");
        }
        Modality modality = target.get();
        String originator = operation.association().callingAet();
        progress.total(instances.size());
        JobEngine present = engine;
        if (!synchronous && present != null) {
            submit(present, operation, modality, instances);
            instances.forEach(instance -> progress.completed());
            return;
        }
        try (var sender = new InstanceSender(modalities, modality, modalities.localAet(modality, ""), -1)) {
            sender.expect(stored.kinds(instances));
            for (String instance : instances) {
                if (progress.isCancelled()) {
                    return;
                }
                move(sender, instance, originator, operation.command().messageId(), progress);
                progress.report();
            }
        }
    }

    /** Leaves the work to a job: the peer is told at once that all is well, as Orthanc does. */
    private void submit(JobEngine present, Operation operation, Modality modality, List<String> instances) {
        var order = new StoreJob.Order(
                modality,
                modalities.localAet(modality, ""),
                operation.association().callingAet(),
                operation.command().messageId(),
                -1,
                false,
                "",
                RetrySchedule.NEVER);
        List<Index.Ref> resources = instances.stream()
                .map(id -> new Index.Ref(ResourceLevel.INSTANCE, id))
                .toList();
        present.submit(jobs.create(order, resources), JobRequest.DEFAULT);
    }

    private void move(
            InstanceSender sender, String instance, String originator, int originatorId, SubOperations progress)
            throws IOException {
        InstanceSender.Content content = stored.content(instance);
        try {
            if (Status.isWarning(sender.send(content, originator, originatorId))) {
                progress.warning();
            } else {
                progress.completed();
            }
        } catch (IsengardException e) {
            LOG.warn("Instance {} was not moved: {}", instance, e.details());
            progress.failed(content.header().dataset().getString(Tag.SOPInstanceUID, ""));
        }
    }

    void get(Operation operation, Attributes identifier, SubOperations progress) throws IOException {
        List<String> instances = instances(identifier);
        progress.total(instances.size());
        for (String instance : instances) {
            if (progress.isCancelled()) {
                return;
            }
            get(operation.association(), instance, progress);
            progress.report();
        }
    }

    private void get(Association association, String instance, SubOperations progress) throws IOException {
        InstanceSender.Content content = stored.content(instance);
        DicomFile header = content.header();
        String sopClass = header.dataset().getString(Tag.SOPClassUID, "");
        String sopInstance = header.dataset().getString(Tag.SOPInstanceUID, "");
        String syntax = header.transferSyntax().uid();
        Optional<PresentationContext> any = association.context(sopClass);
        if (association.context(sopClass, syntax).isPresent()) {
            try (InputStream dataSet = content.dataSet()) {
                progress.store(sopClass, sopInstance, syntax, dataSet);
            }
        } else if (any.isEmpty()) {
            LOG.warn("{} accepts no {}", association.remoteAet(), sopClass);
            progress.failed(sopInstance);
        } else {
            TransferSyntax target = TransferSyntax.of(any.get().transferSyntax());
            byte[] dataSet;
            try {
                dataSet = InstanceSender.encode(content.transcoded(target).dataset(), target);
            } catch (IsengardException e) {
                LOG.warn("Instance {} cannot be sent in {}: {}", instance, target.name(), e.details());
                progress.failed(sopInstance);
                return;
            }
            progress.store(sopClass, sopInstance, target.uid(), new ByteArrayInputStream(dataSet));
        }
    }
}
