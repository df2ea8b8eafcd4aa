package org.isengard.dicomweb.resource;

/**
 * A stored instance.
 *
 * @param id Orthanc identifier
 * @param study StudyInstanceUID
 * @param series SeriesInstanceUID
 * @param instance SOPInstanceUID
 */
public record InstanceRef(String id, String study, String series, String instance) {}
