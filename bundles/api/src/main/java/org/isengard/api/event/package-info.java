/** Events of resources, which listeners get after the commit. */
@Export
@Version("1.0.0")
package org.isengard.api.event;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
