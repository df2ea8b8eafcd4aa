/** The catalogue of the configuration's options, and typed access to them. */
@Export
@Version("1.0.0")
package org.isengard.runtime.options;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
