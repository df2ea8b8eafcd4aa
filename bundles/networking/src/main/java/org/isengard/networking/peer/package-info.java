/**
 * Peers: other servers with Orthanc's REST API, and sending to them.
 *
 * <p>Threads: {@code Peers} owns those of its HTTP clients.
 */
package org.isengard.networking.peer;
