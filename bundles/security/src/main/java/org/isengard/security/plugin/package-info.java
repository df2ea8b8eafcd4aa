/** What plugins say about callers and what they may do. */
package org.isengard.security.plugin;
