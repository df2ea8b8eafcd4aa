/** The resource index: patients, studies, series, instances and all that is recorded about them. */
@Export
@Version("1.0.0")
package org.isengard.api.index;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
