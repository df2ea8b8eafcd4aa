/** What monitoring asks of features: figures for Prometheus, and whether they can do their work. */
@Export
@Version("1.0.0")
package org.isengard.api.monitor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
