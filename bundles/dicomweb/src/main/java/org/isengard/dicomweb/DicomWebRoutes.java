package org.isengard.dicomweb;

import jakarta.servlet.Filter;
import java.io.IOException;
import org.isengard.api.image.Transcoder;
import org.isengard.api.index.Index;
import org.isengard.api.index.ResourceSearch;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.job.JobEngine;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.RestClient;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicomweb.client.RetrieveClientJobs;
import org.isengard.dicomweb.client.ServerCallRoutes;
import org.isengard.dicomweb.client.ServerRoutes;
import org.isengard.dicomweb.client.StowClientJobs;
import org.isengard.dicomweb.client.TransferRoutes;
import org.isengard.dicomweb.client.WebClient;
import org.isengard.dicomweb.client.WebServers;
import org.isengard.dicomweb.options.DicomWebOptions;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.dicomweb.qido.SearchRoutes;
import org.isengard.dicomweb.resource.InstanceContent;
import org.isengard.dicomweb.resource.StoredStudies;
import org.isengard.dicomweb.stow.StoreRoutes;
import org.isengard.dicomweb.wado.BulkDataRoutes;
import org.isengard.dicomweb.wado.DeleteRoutes;
import org.isengard.dicomweb.wado.FrameRoutes;
import org.isengard.dicomweb.wado.MetadataRoutes;
import org.isengard.dicomweb.wado.RenderedRoutes;
import org.isengard.dicomweb.wado.RetrieveRoutes;
import org.isengard.dicomweb.wado.SeriesMetadata;
import org.isengard.dicomweb.wado.WadoUriRoutes;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * DICOMweb (PS3.18): QIDO-RS, WADO-RS, WADO-URI and STOW-RS, and the client of other servers. Clients of Orthanc decide by
 * the version of its plugin, so this feature names the one that it behaves as.
 */
@Plugin(id = "dicom-web", version = "1.24", description = "DICOMweb: QIDO-RS, WADO-RS, WADO-URI, STOW-RS and a client")
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "dicomweb")
public final class DicomWebRoutes extends RoutingFilter {
    @interface Config {
        String DicomWeb();

        boolean CaseSensitivePN();

        int HttpPort();

        boolean SslEnabled();
    }

    @Activate
    public DicomWebRoutes(
            Config config,
            @Reference ResourceSearch search,
            @Reference Index index,
            @Reference DicomFiles files,
            @Reference Attachments attachments,
            @Reference Transcoder transcoder,
            @Reference InstanceImages images,
            @Reference Ingest ingest,
            @Reference RestClient rest,
            @Reference SeriesMetadata metadata,
            @Reference JobEngine jobs,
            @Reference WebServers servers,
            @Reference WebClient client,
            @Reference StowClientJobs stow,
            @Reference RetrieveClientJobs retrieve)
            throws IOException {
        super(new Routes());
        DicomWebOptions options =
                DicomWebOptions.parse(config.DicomWeb(), config.SslEnabled(), config.CaseSensitivePN());
        ServiceAddress address = new ServiceAddress(options, config.HttpPort());
        if (options.enable()) {
            String root = options.root();
            String apiRoot = "./" + "../".repeat((int) depth(root));
            routes().get(
                            root + "info",
                            (request, response) -> response.json(json -> {
                                json.writeStartObject();
                                json.writeStringField("DicomWebRoot", options.publicRoot());
                                json.writeStringField("OrthancApiRoot", apiRoot);
                                json.writeEndObject();
                            }));
            StoredStudies studies = new StoredStudies(index);
            InstanceContent content = new InstanceContent(index, attachments, files, transcoder, images);
            new SearchRoutes(search, index, files, address, options.caseSensitive()).addTo(routes(), root);
            new RetrieveRoutes(studies, content).addTo(routes(), root);
            new MetadataRoutes(studies, files, address, metadata).addTo(routes(), root);
            new FrameRoutes(studies, images, address).addTo(routes(), root);
            new BulkDataRoutes(studies, files, images).addTo(routes(), root);
            new RenderedRoutes(studies, files, images).addTo(routes(), root);
            new StoreRoutes(ingest, files, address).addTo(routes(), root);
            new DeleteRoutes(studies, index, attachments).addTo(routes(), root);
            new ServerRoutes(servers).addTo(routes(), root);
            new ServerCallRoutes(servers, client, files.dictionary()).addTo(routes(), root);
            new TransferRoutes(servers, stow, retrieve, jobs, apiRoot).addTo(routes(), root);
            new Capabilities(routes(), root, address).add();
            if (options.enableWado()) {
                new WadoUriRoutes(studies, content, images, rest, options.wadoTrueTypes())
                        .addTo(routes(), options.wadoRoot());
            }
        }
    }

    private static long depth(String root) {
        return root.chars().filter(c -> c == '/').count() - 1;
    }
}
