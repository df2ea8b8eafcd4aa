package org.isengard.imaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.Tag;
import org.isengard.rest.kit.Routes;

/** Puts the instances of a series in order: along the normal of parallel slices, or by their number. */
final class SeriesSlices {
    /** Consecutive frames of an instance. */
    record Slice(String instance, int frame, int count) {}

    /** The slices in order, and whether their places in space gave it. */
    private record Ordered(boolean volume, List<Slice> slices) {}

    private static final double PARALLEL = 1e-3;

    private final Index index;

    SeriesSlices(Index index) {
        this.index = index;
    }

    void addTo(Routes routes) {
        routes.get("/series/{id}/ordered-slices", this::answer);
    }

    /** {@return the instances of a series in order, with all their frames} */
    List<Slice> instances(String series) {
        return order(series).slices;
    }

    private void answer(Request request, Response response) throws java.io.IOException {
        Ordered ordered = order(request.path("id"));
        response.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("Dicom");
            for (Slice slice : ordered.slices) {
                json.writeString("/instances/" + slice.instance + "/file");
            }
            json.writeEndArray();
            json.writeArrayFieldStart("Slices");
            for (Slice slice : ordered.slices) {
                for (int i = 0; i < slice.count; i++) {
                    json.writeString("/instances/" + slice.instance + "/frames/" + i);
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("SlicesShort");
            for (Slice slice : ordered.slices) {
                json.writeStartArray();
                json.writeString(slice.instance);
                json.writeNumber(slice.frame);
                json.writeNumber(slice.count);
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeStringField("Type", ordered.volume ? "Volume" : "Sequence");
            json.writeEndObject();
        });
    }

    private Ordered order(String series) {
        if (!index.exists(ResourceLevel.SERIES, series)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        }
        List<Resource> instances = index.find(
                FindRequest.all(ResourceLevel.INSTANCE, Set.of(FindRequest.Part.TAGS, FindRequest.Part.METADATA))
                        .within(ResourceLevel.SERIES, series));
        Optional<double[]> positions = positions(instances);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            order.add(i);
        }
        order.sort(
                positions.isPresent()
                        ? Comparator.comparingDouble(i -> positions.get()[i])
                        : Comparator.<Integer>comparingLong(i -> number(instances.get(i)))
                                .thenComparing(i -> instances.get(i).id()));
        return new Ordered(
                positions.isPresent(),
                order.stream()
                        .map(instances::get)
                        .map(r -> new Slice(r.id(), 0, frames(r)))
                        .toList());
    }

    /** {@return how far each slice is along the common normal; empty when they are no stack of single frames} */
    private static Optional<double[]> positions(List<Resource> instances) {
        double[] along = new double[instances.size()];
        double[] normal = null;
        for (int i = 0; i < along.length; i++) {
            Resource instance = instances.get(i);
            double[] position = numbers(instance, Tag.ImagePositionPatient, 3);
            double[] cosines = numbers(instance, Tag.ImageOrientationPatient, 6);
            if (position == null || cosines == null || frames(instance) != 1) {
                return Optional.empty();
            }
            double[] own = {
                cosines[1] * cosines[5] - cosines[2] * cosines[4],
                cosines[2] * cosines[3] - cosines[0] * cosines[5],
                cosines[0] * cosines[4] - cosines[1] * cosines[3]
            };
            if (normal == null) {
                normal = own;
            }
            for (int k = 0; k < 3; k++) {
                if (Math.abs(own[k] - normal[k]) > PARALLEL) {
                    return Optional.empty();
                }
                along[i] += normal[k] * position[k];
            }
        }
        double[] sorted = along.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] - sorted[i - 1] < PARALLEL) {
                // Two slices at one place: a sequence in time, say.
                return Optional.empty();
            }
        }
        return along.length > 1 ? Optional.of(along) : Optional.empty();
    }

    private static String tag(Resource instance, int tag) {
        return instance.tags()
                .getOrDefault(ResourceLevel.INSTANCE, Map.of())
                .getOrDefault(tag, "")
                .trim();
    }

    private static double[] numbers(Resource instance, int tag, int count) {
        String[] parts = tag(instance, tag).split("\\\\");
        double[] numbers = new double[count];
        try {
            for (int i = 0; i < count; i++) {
                numbers[i] = Double.parseDouble(parts[i]);
            }
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
        return numbers;
    }

    private static int frames(Resource instance) {
        return (int) Math.max(1, whole(tag(instance, Tag.NumberOfFrames), 1));
    }

    private static long number(Resource instance) {
        MetadataValue index = instance.metadata().get(Metadata.INDEX_IN_SERIES);
        long fallback = whole(tag(instance, Tag.InstanceNumber), Integer.MAX_VALUE);
        return index == null ? fallback : whole(index.value(), fallback);
    }

    private static long whole(String text, long otherwise) {
        String trimmed = text.trim();
        return trimmed.matches("[+-]?\\d{1,9}") ? Long.parseLong(trimmed) : otherwise;
    }
}
