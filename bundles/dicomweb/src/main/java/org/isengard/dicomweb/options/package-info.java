/** The section {@code DicomWeb} of the configuration, and the addresses that answers name. */
package org.isengard.dicomweb.options;
