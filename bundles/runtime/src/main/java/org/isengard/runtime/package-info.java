/** What every feature stands on besides the contract: JSON, and the end of a start that cannot succeed. */
@Export
@Version("1.0.0")
package org.isengard.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
