package org.isengard.index.find;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.index.ResourceSearch.Found;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Sequence;
import org.isengard.index.rows.MainSequences;

/** The values of tags that a caller asked for: from the index, computed, or from the file of one instance. */
public final class RequestedTags {
    /**
     * The requested tags of one resource.
     *
     * @param values text by tag in the order of the request; null for a tag that its file lacks
     * @param kept sequences of the index in Orthanc's full JSON form
     * @param sequences of the file
     */
    public record Values(Map<Integer, String> values, String kept, Attributes sequences) {}

    private final Index index;
    private final StoredFiles files;
    private final boolean mayReadFiles;

    /** @param mayReadFiles whether tags that the index does not keep are read from DICOM files */
    public RequestedTags(Index index, StoredFiles files, boolean mayReadFiles) {
        this.index = index;
        this.files = files;
        this.mayReadFiles = mayReadFiles;
    }

    /** {@return the requested tags of a resource that was read with its tags, its parents' tags and its metadata} */
    public Values read(Resource resource, List<Integer> wanted) throws IOException {
        ResourceLevel level = resource.level();
        check(level, wanted);
        boolean readsFile = mayReadFiles && wanted.stream().anyMatch(tag -> isOnlyInFile(level, tag));
        Attributes dataset = readsFile ? files.first(level, resource.id()) : new Attributes();
        Map<Integer, String> values = new LinkedHashMap<>();
        Attributes sequences = new Attributes();
        for (int tag : wanted) {
            Optional<ComputedTag> computed = ComputedTag.of(tag);
            if (computed.isPresent()) {
                if (computed.get().level() == level) {
                    values.put(tag, computed.get().value(index, resource.id()));
                } else if (readsFile && computed.get().isCount()) {
                    // Looked for in the file, where it is not.
                    values.put(tag, null);
                }
            } else if (isOnlyInFile(level, tag)) {
                if (dataset.get(tag) instanceof Sequence sequence) {
                    sequences.put(sequence);
                } else if (readsFile) {
                    values.put(tag, OrthancText.of(dataset, tag));
                }
            } else {
                main(resource, tag).ifPresent(value -> values.put(tag, value));
            }
        }
        return new Values(values, kept(resource, wanted), sequences);
    }

    /** {@return a resource with the requested tags that it has; all sequences come from its file} */
    Found found(Resource resource, List<Integer> wanted) throws IOException {
        Values read = read(resource, wanted);
        Map<Integer, String> values = new LinkedHashMap<>(read.values());
        values.values().removeIf(Objects::isNull);
        Attributes sequences = read.sequences();
        if (mayReadFiles && !read.kept().equals("{}")) {
            Attributes dataset = files.first(resource.level(), resource.id());
            for (int tag : wanted) {
                if (dataset.get(tag) instanceof Sequence sequence) {
                    sequences.put(sequence);
                }
            }
        }
        return new Found(resource.id(), values, sequences);
    }

    /** Of computed tags of other levels, most are left out; Orthanc refuses one for instances. */
    private static void check(ResourceLevel level, List<Integer> wanted) {
        if (level == ResourceLevel.INSTANCE && wanted.contains(ComputedTag.SOP_CLASSES_IN_STUDY.tag())) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "SOPClassesInStudy is no tag of instances");
        }
    }

    /** Whether a tag is neither computed nor kept at a level or above. */
    public boolean isOnlyInFile(ResourceLevel level, int tag) {
        if (ComputedTag.of(tag).isPresent()) {
            return false;
        }
        for (int at = level.ordinal(); at >= 0; at--) {
            if (index.mainTags(ResourceLevel.values()[at]).contains(tag)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> main(Resource resource, int tag) {
        for (int at = resource.level().ordinal(); at >= 0; at--) {
            String value = resource.tags()
                    .getOrDefault(ResourceLevel.values()[at], Map.of())
                    .get(tag);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** The requested sequences that the index keeps, in the full form. */
    private static String kept(Resource resource, List<Integer> wanted) throws IOException {
        MetadataValue kept = resource.metadata().get(Metadata.MAIN_DICOM_SEQUENCES);
        return kept == null ? "{}" : MainSequences.only(kept.value(), Set.copyOf(wanted));
    }

    /** {@return values for comparison with a query, of tags that the index cannot search} */
    public Map<Integer, String> values(ResourceLevel level, String id, Set<Integer> tags, boolean mayReadFiles)
            throws IOException {
        Map<Integer, String> values = new HashMap<>();
        Attributes dataset = null;
        for (int tag : tags) {
            Optional<ComputedTag> computed = ComputedTag.of(tag);
            if (computed.isPresent()) {
                if (computed.get().level() == level) {
                    values.put(tag, computed.get().value(index, id));
                }
            } else if (mayReadFiles) {
                dataset = dataset == null ? files.first(level, id) : dataset;
                values.put(tag, OrthancText.of(dataset, tag));
            }
        }
        return values;
    }
}
