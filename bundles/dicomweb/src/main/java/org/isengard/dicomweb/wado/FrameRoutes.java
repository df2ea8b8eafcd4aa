package org.isengard.dicomweb.wado;

import java.io.IOException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicom.image.Transcoding;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;

/** Retrieves frames: as they are stored, native, or in another encoding (PS3.18 section 10.4.1.1.6). */
public final class FrameRoutes {
    private static final int QUALITY = 90;

    private record Choice(FrameMedia media, boolean parts) {}

    private record Encoded(byte[] bytes, String transferSyntax) {}

    private final StoredStudies studies;
    private final InstanceImages images;
    private final ServiceAddress address;

    public FrameRoutes(StoredStudies studies, InstanceImages images, ServiceAddress address) {
        this.studies = studies;
        this.images = images;
        this.address = address;
    }

    public void addTo(Router routes, String root) {
        routes.get(root + "studies/{study}/series/{series}/instances/{instance}/frames/{frames}", this::frames);
    }

    private void frames(Request request, Response response) throws IOException {
        List<Integer> numbers = FrameNumbers.parse(request.path("frames"));
        Choice choice = choose(Accept.of(request), numbers.size());
        InstanceRef instance = studies.instance(request);
        try {
            int frames = images.use(instance.id(), image -> image.description().frames());
            for (int number : numbers) {
                if (number > frames) {
                    throw new ImageException(ImageException.Kind.NO_SUCH_FRAME, "Frame " + number + " of " + frames);
                }
            }
            Encoded first = encode(instance, numbers.get(0), choice.media);
            if (!choice.parts) {
                response.bytes(first.bytes, choice.media.contentType(first.transferSyntax, ""));
                return;
            }
            String location = ServiceAddress.instance(
                            address.base(request), instance.study(), instance.series(), instance.instance())
                    + "/frames/";
            try (MultipartWriter parts =
                    MultipartWriter.open(response, choice.media.contentType(first.transferSyntax, " "))) {
                for (int i = 0; i < numbers.size(); i++) {
                    Encoded frame = i == 0 ? first : encode(instance, numbers.get(i), choice.media);
                    parts.part(
                                    choice.media.contentType(frame.transferSyntax, ""),
                                    location + numbers.get(i),
                                    frame.bytes.length)
                            .write(frame.bytes);
                }
            }
        } catch (ImageException e) {
            throw ImageErrors.translate(e, ErrorCode.BAD_REQUEST);
        }
    }

    private static Choice choose(Accept accept, int frames) {
        for (MediaType range : accept.ranges()) {
            boolean parts = range.isMultipart()
                    || range.type().startsWith("*")
                    || range.type().equals("multipart/*");
            FrameMedia media = FrameMedia.of(range);
            if (media != null && (parts || frames == 1)) {
                return new Choice(media, parts);
            }
        }
        throw new IsengardException(
                ErrorCode.PARAMETER_OUT_OF_RANGE,
                "Frames are application/octet-stream or an image type of PS3.18 table 8.7.3-5, more than one of them in"
                        + " multipart/related");
    }

    private Encoded encode(InstanceRef instance, int number, FrameMedia media) throws IOException {
        return images.use(instance.id(), image -> {
            String stored = image.transferSyntax().uid();
            if (media.transferSyntax().equals(FrameMedia.AS_STORED)) {
                // Native frames are in little endian, whatever the file is.
                boolean encapsulated = image.transferSyntax().encapsulated();
                return new Encoded(
                        image.encoded(number - 1), encapsulated ? stored : TransferSyntax.EXPLICIT_LITTLE_ENDIAN.uid());
            }
            TransferSyntax target = TransferSyntax.of(media.transferSyntax());
            if (!target.encapsulated() && image.transferSyntax().encapsulated()) {
                return new Encoded(
                        Transcoding.samples(
                                Transcoding.nativeColours(images.decoded(instance.id(), number - 1), image)),
                        target.uid());
            }
            return new Encoded(
                    new Transcoding(images.codecs(), target, QUALITY, false).frame(image, number - 1), target.uid());
        });
    }
}
