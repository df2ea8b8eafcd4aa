/** Data of plugins and scripts in the database of the index. */
package org.isengard.index.store;
