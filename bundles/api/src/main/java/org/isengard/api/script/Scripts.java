package org.isengard.api.script;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The scripts of the server. */
@ProviderType
public interface Scripts {
    /**
     * A script of the configuration.
     *
     * @param error why it is not in force, "" when it is
     */
    record Status(String file, String error) {}

    /** The scripts in force, in their order, and the names of the callbacks that they define. */
    record Overview(List<Status> scripts, List<String> callbacks) {
        public Overview {
            scripts = List.copyOf(scripts);
            callbacks = List.copyOf(callbacks);
        }
    }

    Overview overview();

    /** Reads all scripts again. When one of them fails, those that are in force stay, and the overview says why. */
    void reload();
}
