/** The server's configuration as a whole. */
@Export
@Version("0.1.0")
package org.isengard.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
