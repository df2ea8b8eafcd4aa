/** The server's configuration as a whole. */
@Export
@Version("1.1.0")
package org.isengard.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
