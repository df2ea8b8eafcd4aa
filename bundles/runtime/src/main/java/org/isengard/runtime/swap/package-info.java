/** Services that are swapped while the server works: callers wait a bounded time, calls in flight end first. */
@Export
@Version("1.0.0")
package org.isengard.runtime.swap;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
