/** Replacing the bundle of a feature, and taking the old version back when the new one does not work. */
@Export
@Version("1.0.0")
package org.isengard.runtime.upgrade;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
