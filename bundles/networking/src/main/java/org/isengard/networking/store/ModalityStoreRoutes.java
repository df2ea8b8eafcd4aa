package org.isengard.networking.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.isengard.api.index.Index;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UIDs;
import org.isengard.networking.remote.OutboundCallLimit;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.ModalityRoutes;
import org.isengard.networking.scu.StoredInstances;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Sends stored instances, or one that the client has, to modalities. */
@Component(
        service = Filter.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "networking")
public final class ModalityStoreRoutes extends RoutingFilter {
    public @interface Config {
        boolean LogExportedResources();
    }

    private final Modalities modalities;
    private final StoredInstances stored;
    private final StoreJobs jobs;
    private final boolean exportsLogged;
    private final JobEngine engine;

    @Activate
    public ModalityStoreRoutes(
            @Reference Modalities modalities,
            @Reference StoredInstances stored,
            @Reference StoreJobs jobs,
            @Reference JobEngine engine,
            @Reference OutboundCallLimit calls,
            Config config) {
        super(new Routes());
        this.engine = engine;
        this.modalities = modalities;
        this.stored = stored;
        this.jobs = jobs;
        exportsLogged = config.LogExportedResources();
        routes().post("/modalities/{name}/store", calls.bounded(this::store))
                .post("/modalities/{name}/store-straight", calls.bounded(this::storeStraight));
    }

    private void store(Request request, Response response) throws IOException {
        Modality declared = modalities.named(request.path("name"));
        ResourceList list = ResourceList.read(request, stored.index());
        JsonNode options = list.options();
        Modality modality = declared.elsewhere(options);
        JobRequest how = JobRequest.of(options, true);
        StoreJob.Order order = new StoreJob.Order(
                modality,
                modalities.localAet(modality, options.path("LocalAet").asText()),
                options.path("MoveOriginatorAet").asText(),
                options.path("MoveOriginatorID").asInt(),
                ModalityRoutes.timeout(options),
                how.permissive(),
                options.path("StorageCommitment").asBoolean() ? UIDs.generate() : "",
                RetrySchedule.read(options));
        if (exportsLogged) {
            for (Index.Ref resource : list.resources()) {
                stored.index().logExported(resource.level(), resource.id(), modality.name());
            }
        }
        how.run(engine, jobs.create(order, list.resources()), response);
    }

    private void storeStraight(Request request, Response response) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        Path file = Files.createTempFile("isengard-straight", ".dcm");
        try {
            try (InputStream body = request.body()) {
                Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
            }
            var content =
                    new FileContent(file, DicomReader.read(file, stored.files().headerOptions()));
            try (var sender = new InstanceSender(modalities, modality, modalities.localAet(modality, ""), -1)) {
                sender.send(content, null, 0);
            }
            response.json(JsonNodeFactory.instance
                    .objectNode()
                    .put("SOPClassUID", content.header().dataset().getString(Tag.SOPClassUID, ""))
                    .put("SOPInstanceUID", content.header().dataset().getString(Tag.SOPInstanceUID, "")));
        } finally {
            Files.delete(file);
        }
    }

    private final class FileContent implements InstanceSender.Content {
        private final Path file;
        private final DicomFile header;

        FileContent(Path file, DicomFile header) {
            this.file = file;
            this.header = header;
        }

        @Override
        public DicomFile header() {
            return header;
        }

        @Override
        public InputStream dataSet() throws IOException {
            InputStream in = Files.newInputStream(file);
            in.skipNBytes(header.datasetOffset());
            return in;
        }

        @Override
        public DicomFile transcoded(TransferSyntax target) throws IOException {
            return stored.transcode(DicomReader.read(file, ReadOptions.defaults()), target, false);
        }
    }
}
