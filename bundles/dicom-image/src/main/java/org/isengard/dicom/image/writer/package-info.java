/** Formats of pictures and arrays that frames are written in: PNG, JPEG, PAM, numpy, Matlab. */
@Export
@Version("1.0.0")
package org.isengard.dicom.image.writer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
