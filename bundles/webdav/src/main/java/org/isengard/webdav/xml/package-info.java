/** Bodies of requests and answers. */
package org.isengard.webdav.xml;
