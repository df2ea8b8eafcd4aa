/** Features that make new instances or files of stored ones: modification, anonymization, creation, archives, media. */
package org.isengard.transform;
