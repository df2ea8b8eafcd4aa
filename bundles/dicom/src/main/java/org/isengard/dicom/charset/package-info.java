/** Code elements and code extension (ISO 2022) behind {@link org.isengard.dicom.SpecificCharacterSet}; not exported. */
package org.isengard.dicom.charset;
