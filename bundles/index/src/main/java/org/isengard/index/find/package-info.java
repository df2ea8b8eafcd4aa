/** Searches: from matching keys to SQL, and what SQL cannot decide. */
package org.isengard.index.find;
