/** Sources of the modality worklist of the DICOM server. */
@Export
@Version("1.0.0")
package org.isengard.api.worklist;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
