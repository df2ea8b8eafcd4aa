/** Codecs for RLE, JPEG, JPEG-LS and JPEG 2000 (PS3.5 annex A.4): {@link org.isengard.dicom.image.codec.BuiltInCodecs} has them all. */
@Export
@Version("1.0.0")
package org.isengard.dicom.image.codec;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
