/** The one writer of the index and all that changes rows. */
package org.isengard.index.write;
