/** How patients, studies, series and instances stand in the tables of the index. */
package org.isengard.index.rows;
