package org.isengard.dicomweb.stow;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartReader;
import org.isengard.dicomweb.model.JsonModelWriter;
import org.isengard.dicomweb.model.XmlModelWriter;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores instances that come as DICOM files, or as metadata with their bulk data (PS3.18 section 10.5). */
public final class StoreRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(StoreRoutes.class);
    private static final String DICOM = "application/dicom";
    private static final String JSON = "application/dicom+json";
    private static final String XML = "application/dicom+xml";
    private static final StowReport.Uids UNKNOWN = new StowReport.Uids("", "", "", "");

    private final Ingest ingest;
    private final DicomFiles files;
    private final ServiceAddress address;

    public StoreRoutes(Ingest ingest, DicomFiles files, ServiceAddress address) {
        this.ingest = ingest;
        this.files = files;
        this.address = address;
    }

    public void addTo(Router routes, String root) {
        routes.post(root + "studies", (request, response) -> store(request, response, ""))
                .post(root + "studies/{study}", (request, response) -> store(request, response, request.path("study")));
    }

    /** @param study the one that all instances must be of, "" for any */
    private void store(Request request, Response response, String study) throws IOException {
        MediaType type = MediaType.parse(request.header("Content-Type").orElse(""))
                .filter(MediaType::isMultipart)
                .orElseThrow(() -> unsupported("The request must be multipart/related"));
        String parts = type.partType().isEmpty() ? DICOM : type.partType();
        String boundary = type.parameter("boundary");
        if (boundary.isEmpty()) {
            throw unsupported("The Content-Type has no boundary");
        }
        StowReport report = new StowReport(address.base(request));
        Source source = Source.rest(request.caller(), request.header("Host").orElse(""));
        MultipartReader reader = new MultipartReader(request.body(), boundary);
        switch (parts) {
            case DICOM -> files(reader, study, source, report);
            case JSON, XML -> {
                try (MetadataRequest metadata = MetadataRequest.read(reader, parts.equals(XML))) {
                    metadata.each(file -> {
                        try (InputStream in = file.open()) {
                            store(in, study, source, report);
                        } catch (IsengardException e) {
                            LOG.info("Metadata of a STOW-RS request make no instance: {}", e.details());
                            report.failed(UNKNOWN, StowReport.Reason.CANNOT_UNDERSTAND);
                        }
                    });
                }
            }
            default -> throw unsupported("Parts of type " + parts + " cannot be stored");
        }
        answer(request, response, report);
    }

    private void files(MultipartReader reader, String study, Source source, StowReport report) throws IOException {
        for (MultipartReader.Part part = reader.next(); part != null; part = reader.next()) {
            boolean dicom = part.type().map(MediaType::type).orElse(DICOM).equals(DICOM);
            if (dicom) {
                store(part.content(), study, source, report);
            } else {
                LOG.info("A part of a STOW-RS request is no {} and is left out: {}", DICOM, part.headers());
            }
        }
    }

    private void store(InputStream content, String study, Source source, StowReport report) {
        StowReport.Uids uids = UNKNOWN;
        try {
            PartHeader header = PartHeader.read(content, files.headerOptions());
            uids = header.uids();
            if (!study.isEmpty() && !study.equals(uids.study())) {
                report.failed(uids, StowReport.Reason.MISMATCH);
                return;
            }
            StoreStatus status =
                    ingest.receive(header.file(), source, Options.DEFAULT).status();
            switch (status) {
                case SUCCESS, ALREADY_STORED -> report.stored(uids);
                case STORAGE_FULL -> report.failed(uids, StowReport.Reason.OUT_OF_RESOURCES);
                default -> report.failed(uids, StowReport.Reason.PROCESSING_FAILURE);
            }
        } catch (InstanceRefused e) {
            LOG.info("An instance of a STOW-RS request is refused: {}", e.getMessage());
            report.failed(uids, StowReport.Reason.PROCESSING_FAILURE);
        } catch (IsengardException e) {
            LOG.info("Instance {} of a STOW-RS request is not stored: {}", uids.instance(), e.details());
            report.failed(
                    uids,
                    e.error() == ErrorCode.FULL_STORAGE
                            ? StowReport.Reason.OUT_OF_RESOURCES
                            : e.httpStatus() < 500
                                    ? StowReport.Reason.CANNOT_UNDERSTAND
                                    : StowReport.Reason.PROCESSING_FAILURE);
        } catch (IOException e) {
            LOG.info("Instance {} of a STOW-RS request is not stored: {}", uids.instance(), e.getMessage());
            report.failed(uids, StowReport.Reason.CANNOT_UNDERSTAND);
        }
    }

    private void answer(Request request, Response response, StowReport report) throws IOException {
        Accept accept = Accept.of(request);
        Attributes dataset = report.dataset();
        response.status(report.status());
        boolean json = accept.covers(JSON) || accept.covers("application/json");
        if (!json && (accept.covers(XML) || accept.coversParts(XML))) {
            XmlModelWriter.write(response.stream(XML, -1), dataset, files.dictionary(), null);
            return;
        }
        try (JsonGenerator out = Json.FACTORY.createGenerator(response.stream(JSON, -1))) {
            new JsonModelWriter(out, null).write(dataset);
        }
    }

    private static IsengardException unsupported(String why) {
        return new IsengardException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, why);
    }
}
