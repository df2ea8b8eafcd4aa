package org.isengard.dicomweb.wado;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.RestClient;
import org.isengard.api.rest.Router;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicom.image.Rendering;
import org.isengard.dicomweb.resource.InstanceContent;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;

/** WADO-URI (PS3.18 section 9): one instance as a picture or as a DICOM file. */
public final class WadoUriRoutes {
    private static final String DICOM = "application/dicom";
    private static final String PNG = "image/png";
    private static final String JPEG = "image/jpeg";
    private static final String GIF = "image/gif";

    private final StoredStudies studies;
    private final InstanceContent content;
    private final InstanceImages images;
    private final Pictures pictures;
    private final RestClient rest;
    private final boolean trueTypes;

    /**
     * Makes the route.
     *
     * @param rest anonymizes instances
     * @param trueTypes whether a JPEG is labelled as such; Orthanc labels each picture {@code image/png}
     */
    public WadoUriRoutes(
            StoredStudies studies, InstanceContent content, InstanceImages images, RestClient rest, boolean trueTypes) {
        this.studies = studies;
        this.content = content;
        this.images = images;
        pictures = new Pictures(images);
        this.rest = rest;
        this.trueTypes = trueTypes;
    }

    public void addTo(Router routes, String path) {
        routes.get(path, this::retrieve);
    }

    private void retrieve(Request request, Response response) throws IOException {
        if (!request.query("requestType").orElse("").equals("WADO")) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The parameter requestType must be WADO");
        }
        InstanceRef instance = find(request);
        String type = request.query("contentType").orElse("").strip();
        switch (type) {
            case DICOM -> file(instance, request, response);
            case "", JPEG, "image/jpg" -> picture(instance, JPEG, request, response);
            case PNG, GIF -> picture(instance, type, request, response);
            default -> throw new IsengardException(ErrorCode.BAD_REQUEST, "Unsupported content type: " + type);
        }
    }

    private InstanceRef find(Request request) {
        String instance = request.query("objectUID").orElse("");
        if (instance.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The parameter objectUID is missing");
        }
        try {
            List<InstanceRef> found = studies.instances(
                    request.query("studyUID").orElse(null),
                    request.query("seriesUID").orElse(null),
                    instance);
            return found.get(0);
        } catch (IsengardException e) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, e.details(), e);
        }
    }

    private void file(InstanceRef instance, Request request, Response response) throws IOException {
        String syntax = request.query("transferSyntax").orElse("");
        if (!syntax.isEmpty() && !syntax.equals(InstanceContent.AS_STORED) && !TransferSyntax.isKnown(syntax)) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "Unknown transfer syntax: " + syntax);
        }
        if (request.query("anonymize").orElse("").equals("yes")) {
            anonymized(instance, syntax, request, response);
            return;
        }
        InstanceContent.Ready file = content.open(instance.id(), syntax.isEmpty() ? InstanceContent.AS_STORED : syntax);
        file.writeTo(response.stream(DICOM, file.length()));
    }

    /** The route of Orthanc's REST API de-identifies; it takes the transfer syntax, too. */
    private void anonymized(InstanceRef instance, String syntax, Request request, Response response)
            throws IOException {
        var order = JsonNodeFactory.instance.objectNode();
        if (!syntax.isEmpty() && !syntax.equals(InstanceContent.AS_STORED)) {
            order.put("Transcode", syntax);
        }
        Caller caller = request.caller();
        RestClient.Answer answer = rest.call(
                "POST",
                "/instances/" + instance.id() + "/anonymize",
                Map.of("Content-Type", "application/json"),
                order.toString().getBytes(StandardCharsets.UTF_8),
                caller,
                true);
        if (answer.status() != 200) {
            throw new IsengardException(
                    ErrorCode.NOT_ACCEPTABLE, "The instance cannot be anonymized: status " + answer.status());
        }
        response.bytes(answer.body(), DICOM);
    }

    private void picture(InstanceRef instance, String type, Request request, Response response) throws IOException {
        int quality = Pictures.quality(request.query("imageQuality").orElse(""));
        try {
            int frames = images.use(instance.id(), image -> image.description().frames());
            Frame picture = pictures.rendered(
                    instance.id(),
                    frame(request, frames),
                    number(request, "windowCenter"),
                    number(request, "windowWidth"));
            picture = size(region(request, picture), request);
            response.bytes(Pictures.encode(picture, type, quality), trueTypes || type.equals(GIF) ? type : PNG);
        } catch (ImageException e) {
            if (e.kind() == ImageException.Kind.NO_SUCH_FRAME) {
                throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, e.getMessage(), e);
            }
            throw new IsengardException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, e.getMessage(), e);
        }
    }

    /** {@return the frame from 0; single-frame images take no notice of the parameter (PS3.18 section 9.1.2.2.1)} */
    private static int frame(Request request, int frames) {
        String text = request.query("frameNumber").orElse("");
        if (text.isEmpty() || frames == 1) {
            return 0;
        }
        int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > frames) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "frameNumber must be from 1 to " + frames);
        }
        return number - 1;
    }

    private static double number(Request request, String name) {
        String text = request.query(name).orElse("").strip();
        if (text.isEmpty()) {
            return Double.NaN;
        }
        if (!text.matches("[+-]?\\d{1,15}(\\.\\d{0,15})?([eE][+-]?\\d{1,2})?")) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, name + " must be a number");
        }
        return Double.parseDouble(text);
    }

    /** The parameter region: left, top, right and bottom as fractions of the image. */
    private static Frame region(Request request, Frame picture) throws ImageException {
        String text = request.query("region").orElse("").strip();
        if (text.isEmpty()) {
            return picture;
        }
        String[] parts = text.split(",", -1);
        double[] at = new double[4];
        for (int i = 0; i < 4; i++) {
            if (parts.length != 4 || !parts[i].strip().matches("[01]?(\\.\\d{0,15})?|[01]")) {
                throw badRegion(text);
            }
            String part = parts[i].strip();
            at[i] = part.isEmpty() || part.equals(".") ? Double.NaN : Double.parseDouble(part);
        }
        if (!(at[0] < at[2] && at[1] < at[3] && at[2] <= 1 && at[3] <= 1)) {
            throw badRegion(text);
        }
        int left = (int) Math.min(picture.columns() - 1, Math.round(at[0] * picture.columns()));
        int top = (int) Math.min(picture.rows() - 1, Math.round(at[1] * picture.rows()));
        int right = (int) Math.max(left + 1, Math.round(at[2] * picture.columns()));
        int bottom = (int) Math.max(top + 1, Math.round(at[3] * picture.rows()));
        return new Viewport(0, 0, left, top, right - left, bottom - top).region(picture);
    }

    private static IsengardException badRegion(String text) {
        return new IsengardException(
                ErrorCode.PARAMETER_OUT_OF_RANGE, "region must be left,top,right,bottom from 0.0 to 1.0, not " + text);
    }

    /** Rows and columns are the most that the client wants: a smaller picture stays as it is. */
    private static Frame size(Frame picture, Request request) {
        int rows = pixels(request, "rows");
        int columns = pixels(request, "columns");
        double ratio = Math.min(1, Math.min((double) rows / picture.rows(), (double) columns / picture.columns()));
        if (ratio == 1) {
            return picture;
        }
        return Rendering.resize(picture, Math.max(1, (int) Math.round(ratio * picture.columns())), Math.max(1, (int)
                Math.round(ratio * picture.rows())));
    }

    private static int pixels(Request request, String name) {
        String text = request.query(name).orElse("").strip();
        if (text.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (value < 1) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, name + " must be a number of pixels above 0");
        }
        return value;
    }
}
