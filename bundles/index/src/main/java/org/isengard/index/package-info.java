/**
 * The resource index: SQLite or PostgreSQL behind the service {@link org.isengard.api.index.Index}, and its REST routes.
 *
 * <p>The schema is in {@code sql/}; {@link org.isengard.index.Schema} brings it up to date. {@link
 * org.isengard.index.Dialect} is the place for what databases write differently. One row stands for one
 * resource, with its main tags and metadata packed in a column each and normalised copies of the tags that are searched
 * for; {@link org.isengard.index.FindSql} turns a search into SQL over those, {@link org.isengard.index.Finder} decides
 * what SQL cannot.
 *
 * <p>Threads: any number of readers, each with a session of its own ({@link org.isengard.index.Readers}); one writer,
 * which puts what waits into one transaction ({@link org.isengard.index.Writer}); one that tells listeners after the
 * commit ({@link org.isengard.index.ChangeDispatcher}); one for upkeep, once a second ({@link
 * org.isengard.index.StableAges}, the journal). Readers never wait for the writer.
 */
package org.isengard.index;
