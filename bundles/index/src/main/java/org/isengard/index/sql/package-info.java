/** Databases of the index: connections, sessions, the schema and its upgrades. */
package org.isengard.index.sql;
