package org.isengard.api.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The plugins of this server, failed ones too. */
@ProviderType
public interface Plugins {
    /** {@return one entry for each identifier, in order of installation; of several versions the one at work} */
    List<InstalledPlugin> all();
}
