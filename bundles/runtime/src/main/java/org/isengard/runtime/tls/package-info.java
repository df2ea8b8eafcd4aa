/** Keys, certificates and TLS contexts from files. The bundle {@code http} carries a copy of this package. */
@Export
@Version("1.0.0")
package org.isengard.runtime.tls;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
