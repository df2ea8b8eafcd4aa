package org.isengard.dicomweb.wado;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.resource.InstanceContent;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;

/** Retrieves the files of a study, a series or an instance (PS3.18 section 10.4.1.1.1). */
public final class RetrieveRoutes {
    private static final String DICOM = "application/dicom";
    private static final String ZIP = "application/zip";

    private enum Shape {
        PARTS,
        SINGLE,
        ARCHIVE
    }

    private record Choice(Shape shape, String transferSyntax) {}

    private final StoredStudies studies;
    private final InstanceContent content;

    public RetrieveRoutes(StoredStudies studies, InstanceContent content) {
        this.studies = studies;
        this.content = content;
    }

    public void addTo(Router routes, String root) {
        String study = root + "studies/{study}";
        routes.get(study, (rq, rs) -> retrieve(ResourceLevel.STUDY, rq, rs))
                .get(study + "/series/{series}", (rq, rs) -> retrieve(ResourceLevel.SERIES, rq, rs))
                .get(
                        study + "/series/{series}/instances/{instance}",
                        (rq, rs) -> retrieve(ResourceLevel.INSTANCE, rq, rs));
    }

    private void retrieve(ResourceLevel level, Request request, Response response) throws IOException {
        Choice choice = choose(Accept.of(request));
        List<InstanceRef> instances = studies.instances(request, level);
        switch (choice.shape) {
            case SINGLE -> single(instances, choice, response);
            case ARCHIVE -> archive(instances, choice, response);
            default -> parts(instances, choice, response);
        }
    }

    private static Choice choose(Accept accept) {
        for (MediaType range : accept.ranges()) {
            String type = range.type();
            String syntax = range.transferSyntax();
            boolean parts = range.isMultipart()
                            && (range.partType().isEmpty()
                                    || range.partType().equals(DICOM)
                                    || range.partType().equals("*/*"))
                    || type.equals("*/*")
                    || type.equals("multipart/*");
            boolean known =
                    syntax.isEmpty() || syntax.equals(InstanceContent.AS_STORED) || TransferSyntax.isKnown(syntax);
            if (parts && known) {
                return new Choice(Shape.PARTS, syntax);
            }
            if (type.equals(DICOM) && known) {
                return new Choice(Shape.SINGLE, syntax);
            }
            if (type.equals(ZIP) && known) {
                return new Choice(Shape.ARCHIVE, syntax);
            }
        }
        throw new IsengardException(
                ErrorCode.BAD_REQUEST,
                "Studies are sent as multipart/related of application/dicom or as application/zip, single instances also"
                        + " as application/dicom; the transfer syntax must be one of the standard or *");
    }

    private void parts(List<InstanceRef> instances, Choice choice, Response response) throws IOException {
        // A failure of the first instance becomes an error answer, not an answer that breaks off.
        InstanceContent.Ready first = content.open(instances.get(0).id(), choice.transferSyntax);
        try (MultipartWriter parts = MultipartWriter.open(response, DICOM)) {
            for (int i = 0; i < instances.size(); i++) {
                InstanceContent.Ready file =
                        i == 0 ? first : content.open(instances.get(i).id(), choice.transferSyntax);
                file.writeTo(parts.part(DICOM, "", file.length()));
            }
        }
    }

    private void single(List<InstanceRef> instances, Choice choice, Response response) throws IOException {
        if (instances.size() > 1) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST, instances.size() + " instances do not fit into one application/dicom");
        }
        InstanceContent.Ready file = content.open(instances.get(0).id(), choice.transferSyntax);
        file.writeTo(response.stream(DICOM, file.length()));
    }

    private void archive(List<InstanceRef> instances, Choice choice, Response response) throws IOException {
        InstanceContent.Ready first = content.open(instances.get(0).id(), choice.transferSyntax);
        OutputStream out = response.stream(ZIP, -1);
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(1);
        for (int i = 0; i < instances.size(); i++) {
            InstanceRef instance = instances.get(i);
            InstanceContent.Ready file = i == 0 ? first : content.open(instance.id(), choice.transferSyntax);
            zip.putNextEntry(new ZipEntry(
                    name(instance.study()) + "/" + name(instance.series()) + "/" + name(instance.instance()) + ".dcm"));
            file.writeTo(zip);
            zip.closeEntry();
        }
        zip.finish();
    }

    /** UIDs of files may hold anything. */
    private static String name(String uid) {
        return uid.replaceAll("[^A-Za-z0-9.-]", "_");
    }
}
