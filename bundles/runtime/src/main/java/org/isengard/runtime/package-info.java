/** The library under all features: JSON, and the end of a start that cannot succeed. */
@Export
@Version("1.0.0")
package org.isengard.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
