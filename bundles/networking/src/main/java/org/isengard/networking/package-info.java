/**
 * DICOM on the network, as server and as client, the REST routes of both, and peers. The packages depend on each other in
 * this order only: {@code match, tls, remote, scu, commitment, store, worklist, scp, query}; {@code peer} uses
 * {@code tls}, {@code remote} and {@code scu}.
 *
 * <p>Whatever takes long as a client runs on threads of the job engine or of the REST call that asks for it.
 */
package org.isengard.networking;
