/** Roles, permissions and the routes that need them. */
package org.isengard.security.role;
