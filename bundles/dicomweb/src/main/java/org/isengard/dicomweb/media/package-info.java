/** Media types, what a client accepts, and messages of several parts (RFC 2387), read and written as streams. */
package org.isengard.dicomweb.media;
