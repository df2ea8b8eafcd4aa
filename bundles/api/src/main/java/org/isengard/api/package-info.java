/** Types that all features and plugins share: resource levels, errors in Orthanc's numbering, configuration. */
@Export
@Version("1.0.0")
package org.isengard.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
