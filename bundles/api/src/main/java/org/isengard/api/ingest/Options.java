package org.isengard.api.ingest;

import java.util.Map;
import java.util.Optional;
import org.isengard.api.ResourceLevel;

/**
 * How one instance is received.
 *
 * @param overwrite replace an instance of the same identifier; empty: as configured (OverwriteInstances)
 * @param metadata extra metadata by level, such as AnonymizedFrom
 * @param skipFilters the instance was made by the server itself
 */
public record Options(
        Optional<Boolean> overwrite, Map<ResourceLevel, Map<String, String>> metadata, boolean skipFilters) {
    public static final Options DEFAULT = new Options(Optional.empty(), Map.of(), false);

    public Options {
        metadata = Map.copyOf(metadata);
    }
}
