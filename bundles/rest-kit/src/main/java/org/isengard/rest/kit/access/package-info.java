/** Plugins that decide about access: which of them the server needs. */
@Export
@Version("1.0.0")
package org.isengard.rest.kit.access;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
