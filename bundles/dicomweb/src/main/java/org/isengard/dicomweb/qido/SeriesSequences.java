package org.isengard.dicomweb.qido;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.ResourceSearch;
import org.isengard.api.index.ResourceSearch.Found;
import org.isengard.api.index.SearchRequest;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;

/**
 * The sequence RequestAttributesSequence of series, which their instances have in the answers, too. Each series is asked
 * for once in a request.
 */
final class SeriesSequences {
    private static final int KEPT = 256;
    private static final String UTF_8 = "ISO_IR 192";
    private static final Attributes NONE = new Attributes();

    private final ResourceSearch search;
    private final Map<String, Attributes> known = new LinkedHashMap<>();

    SeriesSequences(ResourceSearch search) {
        this.search = search;
    }

    /** {@return the same resource, an instance with the sequence of its series unless it has its own} */
    Found complete(Found found, ResourceLevel level) throws IOException {
        String study = found.values().getOrDefault(Tag.StudyInstanceUID, "");
        String series = found.values().getOrDefault(Tag.SeriesInstanceUID, "");
        if (level != ResourceLevel.INSTANCE
                || study.isEmpty()
                || series.isEmpty()
                || !found.values().containsKey(Tag.Modality)
                || found.sequences().contains(Tag.RequestAttributesSequence)) {
            return found;
        }
        Attributes sequences = known.get(study + "/" + series);
        if (sequences == null) {
            sequences = find(study, series);
            if (known.size() == KEPT) {
                known.clear();
            }
            known.put(study + "/" + series, sequences);
        }
        if (sequences.isEmpty()) {
            return found;
        }
        Attributes all = found.sequences().copy();
        all.setCharacterSet(UTF_8);
        Attributes own = sequences.copy();
        own.setCharacterSet(UTF_8);
        own.forEach(all::put);
        return new Found(found.id(), found.values(), all);
    }

    private Attributes find(String study, String series) throws IOException {
        Attributes[] first = {NONE};
        search.find(
                SearchRequest.of(
                        ResourceLevel.SERIES,
                        Map.of(Tag.StudyInstanceUID, study, Tag.SeriesInstanceUID, series),
                        new SearchRequest.LetterCase(true, true),
                        List.of(Tag.RequestAttributesSequence)),
                found -> {
                    first[0] = found.sequences();
                    return false;
                });
        return first[0];
    }
}
