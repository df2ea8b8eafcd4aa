package org.isengard.dicomweb.wado;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Element;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.Tag;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.InstanceImages;
import org.isengard.dicomweb.media.Accept;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;

/** Retrieves pictures and thumbnails (PS3.18 sections 10.4.1.1.3 and 10.4.1.1.4); documents and video as they are. */
public final class RenderedRoutes {
    private static final String JPEG = "image/jpeg";
    private static final String GIF = "image/gif";
    private static final List<String> TYPES = List.of(JPEG, "image/png", GIF);
    private static final int THUMBNAIL = 256;
    private static final int MOST_TRIED = 100;

    private final StoredStudies studies;
    private final DicomFiles files;
    private final InstanceImages images;
    private final Pictures pictures;

    public RenderedRoutes(StoredStudies studies, DicomFiles files, InstanceImages images) {
        this.studies = studies;
        this.files = files;
        this.images = images;
        pictures = new Pictures(images);
    }

    public void addTo(Router routes, String root) {
        String study = root + "studies/{study}";
        String series = study + "/series/{series}";
        String instance = series + "/instances/{instance}";
        String frames = instance + "/frames/{frames}";
        both(routes, study, ResourceLevel.STUDY);
        both(routes, series, ResourceLevel.SERIES);
        both(routes, instance, ResourceLevel.INSTANCE);
        routes.get(frames + "/rendered", answer(ResourceLevel.INSTANCE, true, false))
                .get(frames + "/thumbnail", answer(ResourceLevel.INSTANCE, true, true));
    }

    private void both(Router routes, String path, ResourceLevel level) {
        routes.get(path + "/rendered", answer(level, false, false))
                .get(path + "/thumbnail", answer(level, false, true));
    }

    private Handler answer(ResourceLevel level, boolean someFrames, boolean thumbnail) {
        return (request, response) -> {
            List<Integer> numbers = someFrames ? FrameNumbers.parse(request.path("frames")) : List.of();
            Accept accept = Accept.of(request);
            String type = type(accept);
            Pictures.Style style = style(request);
            int quality = Pictures.quality(request.query("quality").orElse(""));
            List<InstanceRef> instances = studies.instances(request, level);
            try {
                InstanceRef shown = shown(instances);
                if (isDocument(shown)) {
                    document(shown, response);
                } else if (thumbnail) {
                    picture(shown, numbers, thumbnail(style, shown), type, quality, response);
                } else {
                    picture(shown, numbers, style, type, quality, response);
                }
            } catch (ImageException e) {
                throw ImageErrors.translate(e, ErrorCode.PARAMETER_OUT_OF_RANGE);
            }
        };
    }

    private static String type(Accept accept) {
        for (MediaType range : accept.ranges()) {
            for (String type : TYPES) {
                if (range.covers(type)
                        || range.isMultipart() && range.partType().equals(type)) {
                    return type;
                }
            }
            if (range.covers("application/pdf") || range.type().startsWith("video/")) {
                return JPEG;
            }
        }
        throw new IsengardException(
                ErrorCode.PARAMETER_OUT_OF_RANGE, "Pictures are " + String.join(", ", TYPES) + ", documents are PDF");
    }

    private static Pictures.Style style(Request request) {
        return new Pictures.Style(
                Viewport.parse(request.query("viewport").orElse("")),
                Window.parse(request.query("window").orElse("")));
    }

    /** A thumbnail is no larger than it must be, unless the client says how large. */
    private Pictures.Style thumbnail(Pictures.Style style, InstanceRef shown) throws IOException {
        Viewport v = style.viewport();
        if (v.width() > 0 || v.height() > 0) {
            return style;
        }
        int largest = images.use(
                shown.id(),
                image -> Math.max(
                        image.description().columns(), image.description().rows()));
        if (largest <= THUMBNAIL) {
            return style;
        }
        boolean wide = images.use(
                shown.id(),
                image -> image.description().columns() >= image.description().rows());
        return new Pictures.Style(
                new Viewport(
                        wide ? THUMBNAIL : 0,
                        wide ? 0 : THUMBNAIL,
                        v.left(),
                        v.top(),
                        v.regionWidth(),
                        v.regionHeight()),
                style.window());
    }

    /** {@return the first instance that has something to show} */
    private InstanceRef shown(List<InstanceRef> instances) throws IOException {
        if (instances.size() == 1) {
            return instances.get(0);
        }
        for (InstanceRef instance : instances.subList(0, Math.min(MOST_TRIED, instances.size()))) {
            Attributes dataset = files.dataset(instance.id());
            if (dataset.contains(Tag.PixelData) || dataset.contains(Tag.EncapsulatedDocument)) {
                return instance;
            }
        }
        throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "There is no image to show");
    }

    private boolean isDocument(InstanceRef instance) throws IOException {
        Attributes dataset = files.dataset(instance.id());
        return dataset.contains(Tag.EncapsulatedDocument) || video(dataset, instance);
    }

    private boolean video(Attributes dataset, InstanceRef instance) throws IOException {
        return dataset.contains(Tag.PixelData)
                && FrameMedia.typeOf(
                                files.header(instance.id()).transferSyntax().uid())
                        .startsWith("video/");
    }

    private void document(InstanceRef instance, Response response) throws IOException {
        DicomFile file = files.referenced(instance.id());
        Attributes dataset = file.dataset();
        Element pixels = dataset.get(Tag.PixelData);
        if (pixels instanceof Fragments fragments) {
            OutputStream out =
                    response.stream(FrameMedia.typeOf(file.transferSyntax().uid()), fragments.totalLength());
            for (int i = 0; i < fragments.size(); i++) {
                out.write(fragments.get(i));
            }
            return;
        }
        String type = dataset.getString(Tag.MIMETypeOfEncapsulatedDocument, "application/pdf");
        response.bytes(
                dataset.getBytes(Tag.EncapsulatedDocument),
                MediaType.parse(type).map(MediaType::type).orElse("application/octet-stream"));
    }

    private void picture(
            InstanceRef instance,
            List<Integer> numbers,
            Pictures.Style style,
            String type,
            int quality,
            Response response)
            throws IOException {
        int count = images.use(
                instance.id(),
                image -> type.equals(GIF) ? image.frames() : image.description().frames());
        for (int number : numbers) {
            if (number > count) {
                throw new ImageException(ImageException.Kind.NO_SUCH_FRAME, "Frame " + number + " of " + count);
            }
        }
        List<Integer> frames = numbers.isEmpty()
                ? type.equals(GIF) ? IntStream.range(0, count).boxed().toList() : List.of(0)
                : numbers.stream().map(number -> number - 1).toList();
        if (type.equals(GIF)) {
            pictures.picture(instance.id(), frames.get(0), style);
            int delay = images.use(instance.id(), RenderedRoutes::delay);
            GifWriter.write(
                    response.stream(GIF, -1), frames, frame -> pictures.picture(instance.id(), frame, style), delay);
            return;
        }
        byte[] first = Pictures.encode(pictures.picture(instance.id(), frames.get(0), style), type, quality);
        if (frames.size() == 1) {
            response.bytes(first, type);
            return;
        }
        try (MultipartWriter parts = MultipartWriter.open(response, type)) {
            for (int i = 0; i < frames.size(); i++) {
                byte[] picture = i == 0
                        ? first
                        : Pictures.encode(pictures.picture(instance.id(), frames.get(i), style), type, quality);
                parts.part(type, "", picture.length).write(picture);
            }
        }
    }

    /** {@return the time between frames in hundredths of a second, of Frame Time or Cine Rate} */
    private static int delay(DicomImage image) {
        double milliseconds = image.dataset().getDouble(Tag.FrameTime, 0);
        double rate = image.dataset().getDouble(Tag.CineRate, 0);
        if (!(milliseconds > 0) && rate > 0) {
            milliseconds = 1000 / rate;
        }
        return milliseconds > 0 ? (int) Math.max(2, Math.min(1000, Math.round(milliseconds / 10))) : 10;
    }
}
