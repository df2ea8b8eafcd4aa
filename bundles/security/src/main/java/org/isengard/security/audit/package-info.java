/** The audit: append-only files with a chain of hashes. */
package org.isengard.security.audit;
