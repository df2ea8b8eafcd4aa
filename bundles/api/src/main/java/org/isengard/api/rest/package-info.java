/** Requests, responses and handlers, free of any servlet type, and in-process calls. */
@Export
@Version("1.0.0")
package org.isengard.api.rest;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
