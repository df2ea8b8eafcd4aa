/** Scripts that the configuration names. */
@Export
@Version("1.0.0")
package org.isengard.api.script;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
