/** What makes new instances or files of stored ones: modification, anonymization, creation, archives and media. */
package org.isengard.transform;
