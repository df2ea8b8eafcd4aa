/** DICOM on the network: what is going on there, and listening sockets that outlive the bundle that serves them. */
@Export
@Version("1.0.0")
package org.isengard.api.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
