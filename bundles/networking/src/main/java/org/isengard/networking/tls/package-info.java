/** Keys, certificates and TLS contexts, for DICOM and for peers. */
package org.isengard.networking.tls;
