/** The way of features to the audit. */
@Export
@Version("1.0.0")
package org.isengard.rest.kit.audit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
