package org.isengard.imaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.rest.kit.Routes;
import org.isengard.runtime.Json;

/** The frames of an instance, and their bytes as they are in the file. */
final class RawRoutes {
    private static final List<String> OPERATIONS = List.of(
            "image-int16", "image-uint16", "image-uint8", "matlab", "numpy", "preview", "raw", "raw.gz", "rendered");

    /** No list is longer: a number of frames is quickly said. */
    private static final int MAX_LISTED = 1_000_000;

    private final Images images;
    private final DicomFiles files;

    RawRoutes(Images images, DicomFiles files) {
        this.images = images;
        this.files = files;
    }

    void addTo(Routes routes) {
        routes.get("/instances/{id}/frames", this::frames);
        routes.get("/instances/{id}/frames/{frame}", (request, response) -> {
            files.header(request.path("id"));
            response.json(json -> Json.MAPPER.writeValue(json, OPERATIONS));
        });
        FrameNumber.addFrame(routes, "raw", (instance, frame, request, response) -> {
            Raw raw = read(instance, frame);
            response.bytes(raw.bytes, raw.type);
        });
        FrameNumber.addFrame(routes, "raw.gz", (instance, frame, request, response) -> {
            byte[] raw = read(instance, frame).bytes;
            ByteArrayOutputStream packed = new ByteArrayOutputStream(raw.length / 2 + 64);
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(raw);
            }
            response.bytes(packed.toByteArray(), "application/gzip");
        });
    }

    private void frames(Request request, Response response) throws IOException {
        int frames = ImageDescription.frames(files.dataset(request.path("id")));
        if (frames > MAX_LISTED) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The file claims to have " + frames + " frames");
        }
        response.json(json -> {
            json.writeStartArray();
            for (int i = 0; i < frames; i++) {
                json.writeNumber(i);
            }
            json.writeEndArray();
        });
    }

    private record Raw(byte[] bytes, String type) {}

    private Raw read(String instance, int frame) throws IOException {
        try {
            return images.read(instance, stored -> new Raw(stored.image().encoded(frame), type(stored.image())));
        } catch (ImageException e) {
            throw e.kind() == ImageException.Kind.NO_PIXEL_DATA || e.kind() == ImageException.Kind.UNSUPPORTED
                    ? new IsengardException(ErrorCode.BAD_REQUEST, e.getMessage(), e)
                    : FrameNumber.translate(e);
        }
    }

    private static String type(DicomImage image) {
        return switch (image.transferSyntax().uid()) {
            case UID.JPEGBaseline8Bit -> "image/jpeg";
            case UID.JPEG2000Lossless, UID.JPEG2000 -> "image/jp2";
            default -> "application/octet-stream";
        };
    }
}
