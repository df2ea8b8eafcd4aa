/** Services about pixel data that other features use. */
@Export
@Version("1.0.0")
package org.isengard.api.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
