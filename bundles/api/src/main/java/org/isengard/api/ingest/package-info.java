/** The only door by which instances come in. */
@Export
@Version("1.0.0")
package org.isengard.api.ingest;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
