/** Queries of modalities by C-FIND, and retrieval from them by C-MOVE and C-GET. */
package org.isengard.networking.query;
