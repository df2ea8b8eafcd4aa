/** The files of a page that a bundle brings along: which there are, and how a request for one is answered. */
@Export
@Version("1.0.0")
package org.isengard.rest.kit.page;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
