/** WebDAV (RFC 4918) as one feature. */
package org.isengard.webdav;
