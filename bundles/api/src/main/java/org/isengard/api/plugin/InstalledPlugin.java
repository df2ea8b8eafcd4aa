package org.isengard.api.plugin;

import java.util.List;

/**
 * A bundle that says it is a plugin, as it stands.
 *
 * @param id of {@link Plugin#id}
 * @param bundle symbolic name and version of the bundle
 * @param rootUri "" if it has no page of its own
 * @param explorer path inside the bundle of its script for the explorer, "" if it has none
 * @param state Active, Starting, Stopping, Stopped, Failed (it was to start and could not, or a part of it could not),
 *     Waiting (for a service or configuration) or Unresolved (for a package or capability)
 * @param reasons why it is not at work, one phrase each
 */
public record InstalledPlugin(
        String id,
        String version,
        String description,
        String rootUri,
        String explorer,
        String bundle,
        String state,
        List<String> reasons) {
    public InstalledPlugin {
        reasons = List.copyOf(reasons);
    }
}
