package org.isengard.index.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Tags;
import org.isengard.rest.kit.Json;

/** The tags that are kept in the index at each level: those of Orthanc 1.12.11 and those of ExtraMainDicomTags. */
public final class MainTags {
    /** Longer values are cut: a row of the index is read often, and no honest main tag comes near. */
    private static final int MAX_LENGTH = 1 << 14;

    private static final Map<ResourceLevel, int[]> DEFAULTS = Map.of(
            ResourceLevel.PATIENT,
            new int[] {0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00101000},
            ResourceLevel.STUDY,
            new int[] {
                0x00080020,
                0x00080030,
                0x00080050,
                0x00080080,
                0x00080090,
                0x00080201,
                0x00081030,
                0x0020000d,
                0x00200010,
                0x00321032,
                0x00321060
            },
            ResourceLevel.SERIES,
            new int[] {
                0x00080021, 0x00080031, 0x00080060, 0x00080070, 0x00080201, 0x00081010, 0x0008103e, 0x00081070,
                0x00180010, 0x00180015, 0x00180024, 0x00181030, 0x00181090, 0x00181400, 0x0020000e, 0x00200011,
                0x00200037, 0x00200105, 0x00201002, 0x00400244, 0x00400245, 0x00400254, 0x00400275, 0x00540081,
                0x00540101, 0x00541000
            },
            ResourceLevel.INSTANCE,
            new int[] {
                0x00080012,
                0x00080013,
                0x00080018,
                0x00200012,
                0x00200013,
                0x00200032,
                0x00200037,
                0x00200100,
                0x00204000,
                0x00280008,
                0x00541330
            });

    private final Map<ResourceLevel, Set<Integer>> tags = new EnumMap<>(ResourceLevel.class);
    private final Map<ResourceLevel, String> signatures = new EnumMap<>(ResourceLevel.class);

    /** @param extra the option ExtraMainDicomTags: level -> names of tags, as JSON */
    public MainTags(String extra, Dictionary dictionary) {
        Map<ResourceLevel, List<Integer>> all = new EnumMap<>(ResourceLevel.class);
        DEFAULTS.forEach((level, defaults) -> {
            List<Integer> list = new ArrayList<>();
            for (int tag : defaults) {
                list.add(tag);
            }
            all.put(level, list);
        });
        try {
            JsonNode configured = Json.MAPPER.readTree(extra.isBlank() ? "{}" : extra);
            configured.properties().forEach(entry -> {
                ResourceLevel level = ResourceLevel.of(entry.getKey())
                        .orElseThrow(() -> new IsengardException(
                                ErrorCode.PARAMETER_OUT_OF_RANGE,
                                "ExtraMainDicomTags: no such level: " + entry.getKey()));
                entry.getValue().forEach(name -> add(all.get(level), name.asText(), dictionary));
            });
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "ExtraMainDicomTags is not a JSON object", e);
        }
        all.forEach((level, list) -> {
            list.sort(Comparator.comparingLong(Integer::toUnsignedLong));
            tags.put(level, Collections.unmodifiableSet(new LinkedHashSet<>(list)));
            signatures.put(level, list.stream().map(Tags::toString).collect(Collectors.joining(";")));
        });
    }

    private static void add(List<Integer> list, String name, Dictionary dictionary) {
        OptionalInt tag = Tags.parse(name, dictionary);
        if (tag.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "ExtraMainDicomTags: unknown tag: " + name);
        }
        if (list.contains(tag.getAsInt())) {
            throw new IsengardException(
                    ErrorCode.MAIN_DICOM_TAGS_MULTIPLY_DEFINED, "ExtraMainDicomTags: " + name + " is there already");
        }
        list.add(tag.getAsInt());
    }

    /** {@return the tags of a level in their order} */
    public Set<Integer> of(ResourceLevel level) {
        return tags.get(level);
    }

    /** {@return the tags of a level in their order, separated by semicolons: the metadata MainDicomTagsSignature} */
    public String signature(ResourceLevel level) {
        return signatures.get(level);
    }

    /** Reads the main tags of a level from a data set. Sequences and binary values are left out. */
    public Map<Integer, String> read(ResourceLevel level, Attributes dataset) {
        Map<Integer, String> found = new LinkedHashMap<>(32);
        for (int tag : tags.get(level)) {
            String value = OrthancText.of(dataset, tag);
            if (value != null) {
                found.put(tag, value.length() <= MAX_LENGTH ? value : value.substring(0, MAX_LENGTH));
            }
        }
        return found;
    }
}
