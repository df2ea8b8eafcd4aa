/** The storage area and the attachments kept in it. */
@Export
@Version("1.0.0")
package org.isengard.api.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
