package org.isengard.dicomweb.resource;

/**
 * A stored instance.
 *
 * @param id Orthanc identifier
 * @param file name of its DICOM file, which is another one after each change; "" when it has none
 * @param study StudyInstanceUID
 * @param series SeriesInstanceUID
 * @param instance SOPInstanceUID
 */
public record InstanceRef(String id, String file, String study, String series, String instance) {}
