/**
 * The DICOM server (C-ECHO, C-STORE) and its REST routes.
 *
 * <p>Threads: those of {@link org.isengard.dicom.net.DicomServer}, owned by {@code StorageScp} from activation to
 * deactivation. Instances are received on the thread of their association.
 */
package org.isengard.networking;
