/**
 * Common parts of calls to modalities and to peers: the registry of declared systems, lists of resources to send,
 * jobs that send instances, and the bound on calls that wait for other systems.
 */
package org.isengard.networking.remote;
