/** The REST routes of the index. */
package org.isengard.index.routes;
