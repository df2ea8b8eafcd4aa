package org.isengard.api.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration file with what the environment adds. Features take their options from the OSGi configuration
 * {@code org.isengard}; a section with the name of a plugin is the OSGi configuration {@code isengard.plugin.NAME}.
 */
@ProviderType
public interface Settings {
    /** {@return the whole document as it is in force, a copy; passwords stand in it} */
    ObjectNode document();

    /**
     * {@return where the values come from: name of an option or section -> the file, or the variable of the environment}
     * An option that is missing has its default.
     */
    Map<String, String> origins();

    /**
     * Reads the file again and gives each feature and plugin what changed for it.
     *
     * @return names of the options and sections that changed
     * @throws org.isengard.api.IsengardException BAD_FILE_FORMAT when the file cannot be used; nothing changes then
     */
    List<String> reload();
}
