/** Data sets, the dictionary, value representations, parsing and writing of DICOM (PS3.5, PS3.6, PS3.10). */
@Export
@Version("1.0.0")
package org.isengard.dicom;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
