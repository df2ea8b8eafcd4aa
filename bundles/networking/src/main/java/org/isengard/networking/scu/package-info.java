/**
 * Modalities: how they are declared, how an association with one is opened, C-ECHO, and the C-STORE client.
 *
 * <p>Threads: {@code IdleAssociations} has one that closes associations without use.
 */
package org.isengard.networking.scu;
