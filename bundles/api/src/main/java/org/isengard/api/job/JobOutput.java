package org.isengard.api.job;

import java.nio.file.Path;

/**
 * A file made by a job.
 *
 * @param filename the name for the client that saves it, "" for none
 */
public record JobOutput(Path file, long size, String contentType, String filename) {}
