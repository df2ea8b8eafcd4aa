package org.isengard.api.index;

/** Totals of the server or of one resource; sizes in bytes. */
public record Statistics(
        long patients,
        long studies,
        long series,
        long instances,
        long diskSize,
        long uncompressedSize,
        long dicomDiskSize,
        long dicomUncompressedSize) {}
