/** The storage area on the file system, attachments with compression, and the parsed DICOM files of instances. */
package org.isengard.storage;
