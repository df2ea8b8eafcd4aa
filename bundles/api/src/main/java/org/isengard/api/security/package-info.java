/** Identity, permissions and audit: what the feature security offers, and how work carries the identity of its user. */
@Export
@Version("1.0.0")
package org.isengard.api.security;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
