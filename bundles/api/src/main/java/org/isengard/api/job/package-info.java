/** Long work: kinds of jobs, the engine that runs them, and what is known about each. */
@Export
@Version("1.0.0")
package org.isengard.api.job;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
