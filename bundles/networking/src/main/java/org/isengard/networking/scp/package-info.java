/**
 * The DICOM server: negotiation of associations, C-STORE, C-FIND, C-MOVE and C-GET.
 *
 * <p>Threads: those of {@link org.isengard.dicom.net.DicomServer}, owned by {@code DicomScp} from activation to
 * deactivation; an instance is received on the thread of its association.
 */
package org.isengard.networking.scp;
