/** TLS of DICOM. */
package org.isengard.networking.tls;
