package org.isengard.dicomweb.wado;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomFile;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.model.XmlModelWriter;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;

/** Retrieves metadata: all attributes, bulk data by reference (PS3.18 section 10.4.1.1.2). */
public final class MetadataRoutes {
    private static final String JSON = "application/dicom+json";
    private static final String XML = "application/dicom+xml";

    private final StoredStudies studies;
    private final DicomFiles files;
    private final ServiceAddress address;
    private final SeriesMetadata metadata;

    public MetadataRoutes(StoredStudies studies, DicomFiles files, ServiceAddress address, SeriesMetadata metadata) {
        this.studies = studies;
        this.files = files;
        this.address = address;
        this.metadata = metadata;
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
        if (!json) {
            xml(instances, base, response);
        } else if (level == ResourceLevel.SERIES) {
            metadata.sendSeries(instances, base, takesGzip(request), response);
        } else {
            metadata.send(instances, base, takesGzip(request), response);
        }
    }

    private static boolean takesGzip(Request request) {
        for (String coding : request.header("Accept-Encoding").orElse("").split(",")) {
            String text = coding.strip().toLowerCase(Locale.ROOT).replace(" ", "");
            if (text.equals("gzip") || text.startsWith("gzip;") && !text.matches("gzip;q=0(\\.0*)?")) {
                return true;
            }
        }
        return false;
    }

    private void xml(List<InstanceRef> instances, String base, Response response) throws IOException {
        DicomFile first = files.header(instances.get(0).id());
        try (MultipartWriter parts = MultipartWriter.open(response, XML)) {
            for (int i = 0; i < instances.size(); i++) {
                InstanceRef instance = instances.get(i);
                DicomFile file = i == 0 ? first : files.header(instance.id());
                XmlModelWriter.write(
                        parts.part(XML, "", -1),
                        SeriesMetadata.shown(file).dataset(),
                        files.dictionary(),
                        SeriesMetadata.bulkData(base, instance));
            }
        }
    }
}
