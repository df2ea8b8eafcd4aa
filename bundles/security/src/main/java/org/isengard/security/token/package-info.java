/** Links for others, and keys of programs. */
package org.isengard.security.token;
