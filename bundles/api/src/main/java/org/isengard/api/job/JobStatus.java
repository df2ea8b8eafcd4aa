package org.isengard.api.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.isengard.api.ErrorCode;

/**
 * A snapshot of a job.
 *
 * @param progress from 0 to 1
 * @param error empty while nothing went wrong
 * @param details what went wrong, for the reader; may be empty
 * @param dimseStatus the status with which a remote DICOM system refused the job's operation, if that is the error
 * @param runtime time spent running, without pauses
 * @param content what its type tells
 * @param userData what the client gave along, null for nothing
 */
public record JobStatus(
        String id,
        String type,
        JobState state,
        int priority,
        double progress,
        Optional<ErrorCode> error,
        String details,
        OptionalInt dimseStatus,
        Instant created,
        Optional<Instant> completed,
        Duration runtime,
        ObjectNode content,
        JsonNode userData) {}
