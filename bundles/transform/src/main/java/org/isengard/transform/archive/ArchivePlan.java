package org.isengard.transform.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.dicom.Tag;

/** The files of an archive in their order, each with its name; an instance that is reached twice is packed once. */
final class ArchivePlan {
    private static final int EXTENSION = ".dcm".length();
    /** One file; size in bytes as stored. */
    record Item(String name, String instance, long size) {}

    private record Found(String instance, long size, long number) {}

    private static final Set<Part> INSTANCE_PARTS = Set.of(Part.TAGS, Part.ATTACHMENTS, Part.METADATA);

    private final Index index;
    private final ArchiveOptions options;
    private final List<Item> items = new ArrayList<>();
    private final Map<String, Map<String, Map<String, Map<String, Found>>>> patients = new LinkedHashMap<>();
    private long size;

    /** @throws IsengardException UNKNOWN_RESOURCE when one of the resources does not exist */
    ArchivePlan(Index index, ArchiveOptions options) {
        this.index = index;
        this.options = options;
        options.resources().forEach(this::add);
        if (options.media()) {
            nameMedia();
        } else {
            nameFolders();
        }
        patients.clear();
    }

    List<Item> items() {
        return items;
    }

    /** {@return the size of all files in bytes, as stored and uncompressed} */
    long size() {
        return size;
    }

    private void add(String id) {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (index.exists(level, id)) {
                add(level, id);
                return;
            }
        }
        throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "There is no resource " + id);
    }

    private void add(ResourceLevel level, String id) {
        if (level == ResourceLevel.INSTANCE) {
            index.ancestor(level, id, ResourceLevel.SERIES).ifPresent(series -> addSeries(series, id));
        } else if (level == ResourceLevel.SERIES) {
            addSeries(id, null);
        } else {
            index.findIds(FindRequest.all(ResourceLevel.SERIES, Set.of()).within(level, id))
                    .forEach(series -> addSeries(series, null));
        }
    }

    /** @param only one instance of the series, null for all */
    private void addSeries(String series, String only) {
        String study = index.ancestor(ResourceLevel.SERIES, series, ResourceLevel.STUDY)
                .orElseThrow(() -> gone(series));
        String patient = index.ancestor(ResourceLevel.SERIES, series, ResourceLevel.PATIENT)
                .orElseThrow(() -> gone(series));
        Map<String, Found> instances = patients.computeIfAbsent(patient, p -> new LinkedHashMap<>())
                .computeIfAbsent(study, s -> new LinkedHashMap<>())
                .computeIfAbsent(series, s -> new LinkedHashMap<>());
        List<Resource> found = only == null
                ? index.find(
                        FindRequest.all(ResourceLevel.INSTANCE, INSTANCE_PARTS).within(ResourceLevel.SERIES, series))
                : List.of(
                        index.get(ResourceLevel.INSTANCE, only, INSTANCE_PARTS).orElseThrow(() -> gone(only)));
        found.stream()
                .map(ArchivePlan::found)
                .sorted(Comparator.comparingLong(Found::number))
                .forEach(instance -> instances.put(instance.instance, instance));
    }

    private static IsengardException gone(String id) {
        return new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The resource " + id + " has just been deleted");
    }

    private static Found found(Resource instance) {
        long size = instance.attachments().stream()
                .filter(attachment -> Attachment.DICOM.equals(attachment.type()))
                .mapToLong(Attachment::size)
                .findFirst()
                .orElse(0);
        MetadataValue number = instance.metadata().get(Metadata.INDEX_IN_SERIES);
        boolean numbered = number != null && number.value().matches("\\d{1,9}");
        return new Found(instance.id(), size, numbered ? Long.parseLong(number.value()) : Long.MAX_VALUE);
    }

    private void put(String name, Found instance) {
        items.add(new Item(name, instance.instance, instance.size));
        size += instance.size;
    }

    private void nameMedia() {
        patients.values()
                .forEach(studies -> studies.values()
                        .forEach(series -> series.values()
                                .forEach(instances -> instances
                                        .values()
                                        .forEach(instance -> put("IMAGES/IM" + items.size(), instance)))));
    }

    private void nameFolders() {
        Set<String> used = new HashSet<>();
        patients.forEach((patient, studies) -> {
            String top = options.fromSeries()
                    ? ""
                    : folder(used, "", patient, ResourceLevel.PATIENT, Tag.PatientID, Tag.PatientName);
            studies.forEach((study, allSeries) -> {
                String middle = options.fromSeries()
                        ? ""
                        : folder(used, top, study, ResourceLevel.STUDY, Tag.AccessionNumber, Tag.StudyDescription);
                allSeries.forEach((series, instances) -> {
                    String bottom = folder(
                            used,
                            middle,
                            series,
                            ResourceLevel.SERIES,
                            Tag.SeriesNumber,
                            Tag.Modality,
                            Tag.SeriesDescription);
                    String format = fileFormat(series);
                    int unnumbered = 0;
                    for (Found instance : instances.values()) {
                        long number = instance.number == Long.MAX_VALUE ? unnumbered++ : instance.number;
                        put(file(used, bottom + String.format(Locale.ROOT, format, number)), instance);
                    }
                });
            });
        });
    }

    /** {@return the path of a folder with a slash at the end; a name that is taken gets a number} */
    private String folder(Set<String> used, String parent, String id, ResourceLevel level, int... parts) {
        Map<Integer, String> tags = index.get(level, id, Set.of(Part.TAGS))
                .orElseThrow(() -> gone(id))
                .tags()
                .getOrDefault(level, Map.of());
        String name = Arrays.stream(parts)
                .mapToObj(tag -> clean(tags.getOrDefault(tag, "")))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" - "));
        if (name.isEmpty()) {
            name = "Unknown " + level.label();
        }
        String path = parent + name;
        for (int i = 2; !used.add(path.toLowerCase(Locale.ROOT)); i++) {
            path = parent + name + "-" + i;
        }
        return path + "/";
    }

    /** {@return the name of a file; one that is taken gets a number} */
    private static String file(Set<String> used, String path) {
        String name = path;
        for (int i = 2; !used.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = path.substring(0, path.length() - EXTENSION) + "-" + i + path.substring(path.length() - EXTENSION);
        }
        return name;
    }

    private String fileFormat(String series) {
        String modality = index.get(ResourceLevel.SERIES, series, Set.of(Part.TAGS))
                .map(resource -> resource.tags()
                        .getOrDefault(ResourceLevel.SERIES, Map.of())
                        .getOrDefault(Tag.Modality, ""))
                .map(text -> text.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT))
                .orElse("");
        return switch (Math.min(2, modality.length())) {
            case 0 -> "%08d.dcm";
            case 1 -> modality + "%07d.dcm";
            default -> modality.substring(0, 2) + "%06d.dcm";
        };
    }

    /** Leaves only what file systems take in a name: no control characters, separators, wildcards or dots alone. */
    private String clean(String text) {
        StringBuilder name = new StringBuilder();
        text.codePoints()
                .filter(c -> c >= 0x20 && c != 0x7f && (options.utf8() ? !Character.isISOControl(c) : c < 0x7f))
                .map(c -> "\\/:*?\"<>|".indexOf(c) >= 0 ? '_' : c)
                .limit(200)
                .forEach(name::appendCodePoint);
        String cleaned = name.toString().strip();
        return cleaned.matches("\\.+") ? cleaned.replace('.', '_') : cleaned;
    }
}
