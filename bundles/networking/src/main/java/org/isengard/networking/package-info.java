/**
 * DICOM on the network, as server and as client, the REST routes of both, and peers.
 *
 * <p>Threads: those of {@link org.isengard.dicom.net.DicomServer}, owned by {@code StorageScp} from activation to
 * deactivation; instances are received on the thread of their association. {@code IdleAssociations} has one that closes
 * what is not used again, {@code Peers} those of its HTTP clients. Whatever takes long as a client runs on threads of the
 * job engine or of the REST call that asks for it.
 */
package org.isengard.networking;
