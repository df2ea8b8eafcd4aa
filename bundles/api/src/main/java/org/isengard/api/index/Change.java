package org.isengard.api.index;

import org.isengard.api.ResourceLevel;

/**
 * One line of the changes log.
 *
 * @param seq strictly increasing, never used twice
 * @param type Orthanc's name: NewInstance, NewSeries, NewStudy, NewPatient, StableSeries, Deleted, UpdatedMetadata, ...
 * @param date local time {@code yyyyMMdd'T'HHmmss}
 */
public record Change(long seq, String type, ResourceLevel level, String id, String date) {}
