/** Services for monitoring: figures for Prometheus, and checks whether a feature can do its work. */
@Export
@Version("1.1.0")
package org.isengard.api.monitor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
