package org.isengard.transform.modify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Caller;
import org.isengard.api.security.Identity;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.runtime.Json;
import org.isengard.transform.InstanceFiles;
import org.isengard.transform.NewFile;
import org.isengard.transform.Transcoding;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Changes single instances and brings them in; what all modifying jobs and routes share. */
@Component(
        service = Modifications.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Modifications {
    @interface Config {
        /** Object: type of job -> number of threads, 0 for that of the processors. */
        String JobsEngineThreadsCount();
    }

    /** Treatment of the labels of the resources that a modification starts from. */
    enum Labels {
        KEEP,
        DROP;

        static Labels of(boolean keep) {
            return keep ? KEEP : DROP;
        }
    }

    private static final String SEQUENCE = "AnonymizationSequence";
    private static final int RESERVED = 100;

    /** More than processors: they wait for the disk together. */
    private static final int THREADS = 4;

    private static final int MAX_THREADS = 256;

    final Index index;
    final Ingest ingest;
    final Attachments attachments;
    final InstanceFiles instances;
    final Transcoding transcoding;
    final Dictionary dictionary;

    final ExecutorService threads;

    private long nextPatient;
    private long reservedUntil;

    @Activate
    public Modifications(
            Config config,
            @Reference Index index,
            @Reference Ingest ingest,
            @Reference Attachments attachments,
            @Reference DicomFiles files,
            @Reference InstanceFiles instances,
            @Reference Transcoding transcoding) {
        this.index = index;
        this.ingest = ingest;
        this.attachments = attachments;
        this.instances = instances;
        this.transcoding = transcoding;
        dictionary = files.dictionary();
        threads = Executors.newFixedThreadPool(threads(config.JobsEngineThreadsCount()), task -> {
            Thread thread = new Thread(task, "isengard-modify");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** {@return how many threads the option JobsEngineThreadsCount gives to modifications} */
    static int threads(String json) {
        JsonNode count;
        try {
            count = Json.MAPPER.readTree(json).path(ModificationJob.TYPE);
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "JobsEngineThreadsCount is not a JSON object", e);
        }
        if (count.isMissingNode()) {
            return THREADS;
        }
        if (!count.canConvertToInt() || count.intValue() < 0 || count.intValue() > MAX_THREADS) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    "JobsEngineThreadsCount." + ModificationJob.TYPE + " must be a number from 0 to " + MAX_THREADS);
        }
        return count.intValue() == 0 ? Runtime.getRuntime().availableProcessors() : count.intValue();
    }

    @Deactivate
    void stop() {
        threads.shutdownNow();
    }

    /** {@return the next number for the name of an anonymized patient; numbers are reserved in blocks on disk} */
    synchronized long nextPatientNumber() {
        if (nextPatient >= reservedUntil) {
            nextPatient = index.globalProperty(SEQUENCE).map(Long::parseLong).orElse(1L);
            reservedUntil = nextPatient + RESERVED;
            index.setGlobalProperty(SEQUENCE, String.valueOf(reservedUntil));
        }
        return nextPatient++;
    }

    /** {@return the changed file, to be closed} */
    NewFile modified(String instance, Modification modification, Identities identities) throws IOException {
        InstanceFiles.Whole whole = instances.read(instance);
        DicomFile file = whole.file();
        new InstanceModifier(modification, identities, dictionary).apply(file.dataset());
        if (modification.transcode().isPresent()) {
            file = transcoding.transcode(file, modification.transcode().get(), true);
        }
        return InstanceFiles.write(file.dataset(), file.transferSyntax(), whole.size());
    }

    /** {@return the identifiers of an instance and all above it} */
    ResourceIds idsOf(String instance) {
        return new ResourceIds(
                ancestor(instance, ResourceLevel.PATIENT),
                ancestor(instance, ResourceLevel.STUDY),
                ancestor(instance, ResourceLevel.SERIES),
                instance);
    }

    private String ancestor(String instance, ResourceLevel level) {
        return index.ancestor(ResourceLevel.INSTANCE, instance, level)
                .orElseThrow(() ->
                        new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The instance " + instance + " is gone"));
    }

    static String id(ResourceIds ids, ResourceLevel level) {
        return switch (level) {
            case PATIENT -> ids.patient();
            case STUDY -> ids.study();
            case SERIES -> ids.series();
            case INSTANCE -> ids.instance();
        };
    }

    /**
     * Brings a changed instance in, noting at each level that changed where it is from.
     *
     * @param origin the metadata that says so, such as ModifiedFrom; "" for none
     * @return what became of it: an instance that is there already is only replaced where OverwriteInstances says so
     */
    Ingest.Outcome store(
            NewFile file, ResourceIds from, Attributes dataset, String origin, Labels labels, Caller caller)
            throws IOException {
        ResourceIds expected = ResourceIds.of(dataset)
                .orElseThrow(() -> new IsengardException(ErrorCode.INEXISTENT_TAG, "An identifier is missing"));
        Map<ResourceLevel, Map<String, String>> metadata = new EnumMap<>(ResourceLevel.class);
        for (ResourceLevel level : ResourceLevel.values()) {
            if (!origin.isEmpty() && !id(expected, level).equals(id(from, level))) {
                Map<String, String> entries = new HashMap<>();
                entries.put(origin, id(from, level));
                metadata.put(level, entries);
            }
        }
        Options options = new Options(Optional.empty(), metadata, true);
        Ingest.Outcome outcome;
        try (InputStream in = file.open()) {
            outcome = ingest.receive(in, Source.rest(caller, ""), options);
        }
        if (outcome.status() == StoreStatus.STORAGE_FULL) {
            throw new IsengardException(ErrorCode.FULL_STORAGE);
        }
        if (outcome.status() == StoreStatus.FAILURE) {
            throw new IsengardException(ErrorCode.CANNOT_STORE_INSTANCE, "A modified instance was not stored");
        }
        if (labels == Labels.KEEP) {
            // The user who may see the source need not see the new study, nor own all labels.
            Identity.SERVER.run(() -> keepLabels(from, outcome.ids()));
        }
        return outcome;
    }

    private Void keepLabels(ResourceIds from, ResourceIds to) {
        for (ResourceLevel level : ResourceLevel.values()) {
            for (String label : index.labels(level, id(from, level))) {
                index.addLabel(level, id(to, level), label);
            }
        }
        return null;
    }

    /** {@return the metadata that tells where an instance is from} */
    static String origin(Modification.Kind kind) {
        return kind == Modification.Kind.ANONYMIZE ? Metadata.ANONYMIZED_FROM : Metadata.MODIFIED_FROM;
    }
}
