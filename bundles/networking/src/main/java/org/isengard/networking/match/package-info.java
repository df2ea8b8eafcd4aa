/** Matching of attributes and of unique identifiers by pattern (PS3.4 section C.2.2.2). */
package org.isengard.networking.match;
