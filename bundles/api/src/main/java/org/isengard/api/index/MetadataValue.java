package org.isengard.api.index;

/** A metadata value and the number of times it was changed, from 0. */
public record MetadataValue(String value, long revision) {}
