/** Small durable files of JSON. */
@Export
@Version("1.0.0")
package org.isengard.runtime.files;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
