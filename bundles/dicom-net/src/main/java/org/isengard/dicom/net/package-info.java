/**
 * DICOM over TCP: associations (PS3.8), DIMSE messages (PS3.7), a server of them and a client.
 *
 * <p>Threads: {@link org.isengard.dicom.net.DicomServer} owns one thread that accepts and one for each association, at
 * most as many as its limit. An {@link org.isengard.dicom.net.Association} belongs to one thread at a time; only
 * {@code abort} may be called from another.
 */
@Export
@Version("1.0.0")
package org.isengard.dicom.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
