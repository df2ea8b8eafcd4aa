/** Receiving instances: parse, filter, store, index; {@code POST /instances}. */
package org.isengard.ingest;
