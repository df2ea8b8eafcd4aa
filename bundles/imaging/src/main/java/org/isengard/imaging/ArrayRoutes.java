package org.isengard.imaging;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.image.Colours;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.ModalityValues;
import org.isengard.dicom.image.SampleType;
import org.isengard.dicom.image.writer.MatlabWriter;
import org.isengard.dicom.image.writer.NumpyWriter;
import org.isengard.rest.kit.Routes;

/** Frames as arrays: numpy of a frame, an instance or a series, and matlab. */
final class ArrayRoutes {
    private static final String TYPE = "application/octet-stream";

    /** Gives the frames of one array. */
    @FunctionalInterface
    private interface Source {
        Images.Decoded frame(String instance, int number) throws IOException;
    }

    private final Images images;
    private final SeriesSlices slices;

    ArrayRoutes(Images images, SeriesSlices slices) {
        this.images = images;
        this.slices = slices;
    }

    void addTo(Routes routes) {
        routes.get("/instances/{id}/numpy", (request, response) -> {
            int frames = frames(request.path("id"));
            numpy(List.of(new SeriesSlices.Slice(request.path("id"), 0, frames)), false, request, response);
        });
        routes.get(
                "/series/{id}/numpy",
                (request, response) -> numpy(slices.instances(request.path("id")), false, request, response));
        FrameNumber.addFrame(
                routes,
                "numpy",
                (instance, frame, request, response) ->
                        numpy(List.of(new SeriesSlices.Slice(instance, frame, 1)), true, request, response));
        FrameNumber.add(
                routes,
                "matlab",
                (instance, frame, request, response) -> response.text(MatlabWriter.write(
                        decode(images::frame, instance, frame, false).frame())));
    }

    private int frames(String instance) throws IOException {
        try {
            return images.read(instance, stored -> stored.image().frames());
        } catch (ImageException e) {
            throw FrameNumber.translate(e);
        }
    }

    private ImageDescription describe(String instance) throws IOException {
        try {
            return images.read(instance, stored -> stored.image().description());
        } catch (ImageException e) {
            throw FrameNumber.translate(e);
        }
    }

    /** A frame and how it becomes modality units, null when it stays as it is stored. */
    private record Slab(Frame frame, ModalityValues values) {
        SampleType type() {
            return values == null ? frame.type() : SampleType.FLOAT32;
        }

        long size() {
            return (long) frame.samples() * type().bytes();
        }

        void write(OutputStream out) throws IOException {
            if (values == null) {
                frame.writeTo(out);
            } else {
                NumpyWriter.rescaled(frame, values.slope(), values.intercept(), out);
            }
        }
    }

    private static Slab decode(Source source, String instance, int number, boolean rescale) throws IOException {
        try {
            Images.Decoded decoded = source.frame(instance, number);
            Frame frame = Colours.toRgb(decoded.frame(), decoded.image().dataset());
            if (!rescale || frame.samplesPerPixel() != 1 || frame.type().isFloating()) {
                return new Slab(frame, null);
            }
            return new Slab(
                    frame,
                    ModalityValues.of(decoded.image().dataset(), decoded.image().description(), number));
        } catch (ImageException e) {
            throw FrameNumber.translate(e);
        }
    }

    private void numpy(List<SeriesSlices.Slice> parts, boolean single, Request request, Response response)
            throws IOException {
        boolean rescale = flag(request, "rescale", true);
        boolean compress = flag(request, "compress", false);
        long frames = 0;
        ImageDescription first = null;
        for (SeriesSlices.Slice part : parts) {
            ImageDescription d = describe(part.instance());
            if (first == null) {
                first = d;
            } else if (d.columns() != first.columns() || d.rows() != first.rows()) {
                throw new IsengardException(
                        ErrorCode.INCOMPATIBLE_IMAGE_SIZE, "The images of the series are not of one size");
            }
            // The index repeats what the file claims.
            if (part.count() > 1) {
                frames(part.instance());
            }
            frames += part.count();
        }
        if (first == null) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The series has no images");
        }
        Source source = source(parts);
        Slab slab = decode(source, parts.get(0).instance(), parts.get(0).frame(), rescale);
        Frame frame = slab.frame();
        byte[] head = single
                ? NumpyWriter.header(slab.type(), frame.rows(), frame.columns(), frame.samplesPerPixel())
                : NumpyWriter.header(
                        slab.type(), Math.toIntExact(frames), frame.rows(), frame.columns(), frame.samplesPerPixel());
        if (!compress) {
            write(response.stream(TYPE, head.length + frames * slab.size()), head, slab, parts, source, rescale);
            return;
        }
        ZipOutputStream zip = new ZipOutputStream(response.stream(TYPE, -1));
        zip.setLevel(Deflater.BEST_SPEED);
        zip.putNextEntry(new ZipEntry("arr_0.npy"));
        write(zip, head, slab, parts, source, rescale);
    }

    /** The frames of one instance come from one file, even if another takes its place meanwhile. */
    private Source source(List<SeriesSlices.Slice> parts) throws IOException {
        if (parts.size() > 1 || parts.get(0).count() == 1) {
            return images::frame;
        }
        Images.Stored stored = images.read(parts.get(0).instance(), image -> image);
        return (instance, number) -> images.frame(stored, number);
    }

    /** Decodes the next frame while one is written. Of an array that breaks off no end is written, but an error told. */
    private static void write(
            OutputStream out, byte[] head, Slab first, List<SeriesSlices.Slice> parts, Source source, boolean rescale)
            throws IOException {
        out.write(head);
        Iterator<SeriesSlices.Slice> frames = parts.stream()
                .flatMap(part -> IntStream.range(part.frame(), part.frame() + part.count())
                        .mapToObj(frame -> new SeriesSlices.Slice(part.instance(), frame, 1)))
                .skip(1)
                .iterator();
        FutureTask<Slab> next = ahead(source, frames, rescale);
        try {
            first.write(out);
            while (next != null) {
                Slab slab = result(next);
                next = ahead(source, frames, rescale);
                if (slab.type() != first.type()
                        || slab.frame().samplesPerPixel() != first.frame().samplesPerPixel()) {
                    throw new IsengardException(
                            ErrorCode.INCOMPATIBLE_IMAGE_FORMAT, "The images of the series are not of one format");
                }
                slab.write(out);
            }
            out.close();
        } finally {
            if (next != null) {
                next.cancel(false);
            }
        }
    }

    /** {@return the next frame being decoded, null when there is none} */
    private static FutureTask<Slab> ahead(Source source, Iterator<SeriesSlices.Slice> frames, boolean rescale) {
        if (!frames.hasNext()) {
            return null;
        }
        SeriesSlices.Slice slice = frames.next();
        FutureTask<Slab> task = new FutureTask<>(() -> decode(source, slice.instance(), slice.frame(), rescale));
        ForkJoinPool.commonPool().execute(task);
        return task;
    }

    private static Slab result(FutureTask<Slab> task) throws IOException {
        try {
            // Where no other thread is free, this one decodes; a task runs once.
            task.run();
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while a frame was decoded");
        }
    }

    private static boolean flag(Request request, String name, boolean otherwise) {
        return switch (request.query(name).orElse(otherwise ? "1" : "0")) {
            case "", "1", "true", "True" -> true;
            case "0", "false", "False" -> false;
            default -> throw new IsengardException(ErrorCode.BAD_REQUEST, name + " must be true or false");
        };
    }
}
