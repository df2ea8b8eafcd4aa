/** Images of DICOM files: frames, codecs, colour, rendering and picture formats. A plain library. */
@Export
@Version("1.1.0")
package org.isengard.dicom.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
