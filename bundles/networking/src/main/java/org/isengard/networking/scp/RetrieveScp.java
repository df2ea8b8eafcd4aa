package org.isengard.networking.scp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.PresentationContext;
import org.isengard.dicom.net.Status;
import org.isengard.dicom.net.SubOperations;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.StoredInstances;
import org.isengard.networking.store.StoreJob;
import org.isengard.networking.store.StoreJobs;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers C-MOVE and C-GET from what is stored (PS3.4 sections C.4.2 and C.4.3). */
@Component(
        service = RetrieveScp.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RetrieveScp {
    private static final Logger LOG = LoggerFactory.getLogger(RetrieveScp.class);

    /** The keys that name resources, with the level of each. */
    private static final Map<Integer, ResourceLevel> KEYS = keys();

    @interface Config {
        boolean SynchronousCMove();
    }

    private final StoredInstances stored;
    private final Modalities modalities;
    private final StoreJobs jobs;
    private final boolean synchronous;

    /** Needed without SynchronousCMove only. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile JobEngine engine;

    @Activate
    public RetrieveScp(
            @Reference StoredInstances stored,
            @Reference Modalities modalities,
            @Reference StoreJobs jobs,
            Config config) {
        this.stored = stored;
        this.modalities = modalities;
        this.jobs = jobs;
        synchronous = config.SynchronousCMove();
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

    /**
     * {@return identifiers of the instances that a retrieval asks for}
     *
     * @throws DimseException A900 when the identifier lacks the key of its level, C000 when nothing matches
     */
    private List<String> instances(Attributes identifier) throws DimseException {
        ResourceLevel level = FindScp.level(identifier);
        List<Constraint> constraints = new ArrayList<>();
        KEYS.forEach((tag, where) -> {
            List<String> values = identifier.getStrings(tag);
            if (!where.equals(level) && !where.isAbove(level) || values.stream().allMatch(String::isEmpty)) {
                return;
            }
            constraints.add(new Constraint(tag, FindRequest.Match.LIST, values, true, true));
        });
        if (constraints.stream().noneMatch(constraint -> KEYS.get(constraint.tag()) == level)) {
            throw new DimseException(
                    Status.IDENTIFIER_DOES_NOT_MATCH, "The identifier names no " + level.label() + " to retrieve");
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
        List<String> instances = ResourceList.instances(resources, stored.index());
        if (instances.isEmpty()) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, "Nothing is stored that matches");
        }
        return instances;
    }

    void move(Operation operation, Attributes identifier, String destination, SubOperations progress)
            throws IOException {
        Optional<Modality> target = modalities.byAet(destination.trim());
        if (target.isEmpty()) {
            throw new DimseException(Status.MOVE_DESTINATION_UNKNOWN, "No modality has the AET " + destination);
        }
        List<String> instances = instances(identifier);
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
