/** REST routes and jobs that send instances to modalities by C-STORE. */
package org.isengard.networking.store;
