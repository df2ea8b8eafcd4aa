package org.isengard.dicomweb.wado;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.model.BulkDataUris;
import org.isengard.dicomweb.model.JsonModelWriter;
import org.isengard.dicomweb.model.XmlModelWriter;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;
import org.isengard.runtime.Json;

/** Retrieves metadata: all attributes, bulk data by reference (PS3.18 section 10.4.1.1.2). */
public final class MetadataRoutes {
    private static final String JSON = "application/dicom+json";
    private static final String XML = "application/dicom+xml";

    private final StoredStudies studies;
    private final DicomFiles files;
    private final ServiceAddress address;

    public MetadataRoutes(StoredStudies studies, DicomFiles files, ServiceAddress address) {
        this.studies = studies;
        this.files = files;
        this.address = address;
    }

    public void addTo(Router routes, String root) {
        String study = root + "studies/{study}";
        routes.get(study + "/metadata", (rq, rs) -> metadata(ResourceLevel.STUDY, rq, rs))
                .get(study + "/series/{series}/metadata", (rq, rs) -> metadata(ResourceLevel.SERIES, rq, rs))
                .get(
                        study + "/series/{series}/instances/{instance}/metadata",
                        (rq, rs) -> metadata(ResourceLevel.INSTANCE, rq, rs));
    }

    private void metadata(ResourceLevel level, Request request, Response response) throws IOException {
        Accept accept = Accept.of(request);
        boolean json = accept.covers(JSON) || accept.covers("application/json");
        if (!json && !accept.covers(XML) && !accept.coversParts(XML)) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST, "Metadata are application/dicom+json or application/dicom+xml");
        }
        List<InstanceRef> instances = studies.instances(request, level);
        String base = address.base(request);
        Attributes first = dataset(instances.get(0));
        if (json) {
            JsonGenerator out = Json.FACTORY.createGenerator(response.stream(JSON, -1));
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            out.writeStartArray();
            for (int i = 0; i < instances.size(); i++) {
                InstanceRef instance = instances.get(i);
                Attributes dataset = i == 0 ? first : dataset(instance);
                new JsonModelWriter(out, bulkData(base, instance)).write(dataset);
            }
            out.writeEndArray();
            out.close();
            return;
        }
        try (MultipartWriter parts = MultipartWriter.open(response, XML)) {
            for (int i = 0; i < instances.size(); i++) {
                InstanceRef instance = instances.get(i);
                Attributes dataset = i == 0 ? first : dataset(instance);
                XmlModelWriter.write(parts.part(XML, "", -1), dataset, files.dictionary(), bulkData(base, instance));
            }
        }
    }

    /** Encapsulated pixel data is OB, whatever the file says (PS3.5 section A.4). */
    private Attributes dataset(InstanceRef instance) throws IOException {
        DicomFile file = files.header(instance.id());
        if (file.transferSyntax().encapsulated() && file.dataset().contains(Tag.PixelData)) {
            file.dataset().setNull(Tag.PixelData, VR.OB);
        }
        return file.dataset();
    }

    private static BulkDataUris bulkData(String base, InstanceRef instance) {
        String prefix =
                ServiceAddress.instance(base, instance.study(), instance.series(), instance.instance()) + "/bulk/";
        return path -> prefix + path;
    }
}
