/** Bodies and headers of requests and answers: encodings, ranges, entity tags, file names, XML. */
@Export
@Version("1.0.0")
package org.isengard.rest.kit.content;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
