/** Other DICOMweb servers: how they are declared, and what is sent to and fetched from them. */
package org.isengard.dicomweb.client;
