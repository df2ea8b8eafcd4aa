/** What Orthanc makes of a data set: its JSON forms, the text of a value, the identifiers of resources, and the module of each level. */
@Export
@Version("1.0.0")
package org.isengard.dicom.orthanc;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
