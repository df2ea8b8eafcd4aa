package org.isengard.index.rows;

import java.util.Map;
import java.util.TreeMap;
import org.isengard.api.index.MetadataValue;

/** Metadata in one column: number, revision and value of each. */
public final class PackedMetadata {
    private PackedMetadata() {}

    public static String pack(Map<Integer, MetadataValue> metadata) {
        StringBuilder out = new StringBuilder(32 * metadata.size());
        metadata.forEach((number, value) -> {
            out.append((int) number).append(':').append(value.revision()).append(':');
            Packed.append(out, value.value());
        });
        return out.toString();
    }

    /** {@return metadata by number, in their order; to be changed by the caller at will} */
    public static TreeMap<Integer, MetadataValue> unpack(String packed) {
        TreeMap<Integer, MetadataValue> metadata = new TreeMap<>();
        int at = 0;
        while (at < packed.length()) {
            int end = packed.indexOf(Packed.END, at);
            int colon = packed.indexOf(':', at);
            int second = packed.indexOf(':', colon + 1);
            metadata.put(
                    Integer.parseInt(packed, at, colon, 10),
                    new MetadataValue(
                            Packed.unescape(packed, second + 1, end), Long.parseLong(packed, colon + 1, second, 10)));
            at = end + 1;
        }
        return metadata;
    }
}
