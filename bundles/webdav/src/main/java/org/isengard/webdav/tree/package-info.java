/** The stored files as folders. */
package org.isengard.webdav.tree;
