/** Passwords and their hashes. */
package org.isengard.security.password;
