/** Users, and who logs in. */
package org.isengard.security.login;
