/** Data sets in the DICOM JSON model (PS3.18 annex F) and the Native DICOM Model in XML (PS3.19 annex A). */
package org.isengard.dicomweb.model;
