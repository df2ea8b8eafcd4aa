/** How connections are read: see {@link org.isengard.http.LingeringEndPoint}. It stands on Jetty alone. */
package org.isengard.http;
