/** Storage commitment in both roles (PS3.4 annex J). */
package org.isengard.networking.commitment;
