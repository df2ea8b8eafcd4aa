/** The OHIF viewer: serves the viewer that the build takes from npm, with settings for this server's DICOMweb. */
package org.isengard.ohif;
