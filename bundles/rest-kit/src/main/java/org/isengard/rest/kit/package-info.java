/** The routing kit: each feature extends {@link org.isengard.rest.kit.RoutingFilter} and declares its routes. */
@Export
@Version("1.0.0")
package org.isengard.rest.kit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
