/** ZIP archives and DICOMDIR media of stored resources. */
package org.isengard.transform.archive;
