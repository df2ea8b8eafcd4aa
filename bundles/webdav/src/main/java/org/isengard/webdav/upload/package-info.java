/** The folder of uploads, its locks, and the way of its files into the server. */
package org.isengard.webdav.upload;
