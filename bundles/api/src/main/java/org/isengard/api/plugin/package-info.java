/** How a bundle says that it is a plugin, so that it is listed under {@code /plugins}. */
@Export
@Version("1.0.0")
package org.isengard.api.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
