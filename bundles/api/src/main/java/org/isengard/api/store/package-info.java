/** Data of plugins and scripts, kept in the database of the index: stores of keys and values, and queues. */
@Export
@Version("1.0.0")
package org.isengard.api.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
