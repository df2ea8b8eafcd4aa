/**
 * The resource index: SQLite or PostgreSQL behind the service {@link org.isengard.api.index.Index}.
 *
 * <p>Each package uses only packages before it in this list:
 *
 * <ul>
 *   <li>{@code sql}: databases, sessions, the schema and its upgrades; {@link org.isengard.index.sql.Dialect} is the place
 *       for what databases write differently;
 *   <li>{@code rows}: how resources stand in the tables. One row is one resource, with its main tags and metadata packed
 *       in a column each and normalised copies of the tags that are searched for;
 *   <li>{@code write}: the writer and all that changes rows;
 *   <li>{@code find}: {@link org.isengard.index.find.FindSql} turns a search into SQL, {@link
 *       org.isengard.index.find.Finder} decides what SQL cannot, {@link org.isengard.index.find.IndexSearch} computes tags
 *       and reads files;
 *   <li>this package: {@link org.isengard.index.SqlIndex}, the service;
 *   <li>{@code routes}: the REST routes.
 * </ul>
 *
 * <p>Threads: any number of readers, each with a session of its own ({@link org.isengard.index.sql.Readers}); one writer,
 * which puts what waits into one transaction ({@link org.isengard.index.write.Writer}); one that tells listeners after the
 * commit ({@link org.isengard.index.write.ChangeDispatcher}); one for upkeep, once a second ({@link
 * org.isengard.index.write.StableAges}, the journal). Readers never wait for the writer.
 */
package org.isengard.index;
