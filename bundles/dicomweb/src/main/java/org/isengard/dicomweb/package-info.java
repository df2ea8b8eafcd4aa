/** The routes of DICOMweb as one feature. */
package org.isengard.dicomweb;
