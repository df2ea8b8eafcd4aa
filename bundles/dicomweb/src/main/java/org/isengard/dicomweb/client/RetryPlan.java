package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.JobRetry;

/**
 * How often a job tries again when the server cannot be reached, an addition of ours: the fields {@code Retries} and
 * {@code RetryDelay} of the request, as for modalities and peers. The delay doubles each time.
 *
 * @param retries at most, one after the other
 * @param delay seconds before the first
 */
record RetryPlan(int retries, int delay) {
    private static final int MOST = 1000;
    private static final int FIRST_DELAY = 5;
    private static final int LONGEST_DELAY = 3600;

    /** @throws IsengardException BAD_FILE_FORMAT when the fields are no such numbers */
    static RetryPlan read(JsonNode options) {
        return new RetryPlan(
                number(options, "Retries", 0, MOST), number(options, "RetryDelay", FIRST_DELAY, LONGEST_DELAY));
    }

    private static int number(JsonNode options, String field, int otherwise, int most) {
        JsonNode value = options.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.intValue() < 0 || value.intValue() > most) {
            throw new IsengardException(
                    ErrorCode.BAD_FILE_FORMAT, "\"" + field + "\" must be a number from 0 to " + most);
        }
        return value.intValue();
    }

    void write(ObjectNode json) {
        if (retries > 0) {
            json.put("Retries", retries).put("RetryDelay", delay);
        }
    }

    /**
     * {@return what to throw: a retry, or the last error as that of a plugin}
     *
     * @param failures one after the other, this one included
     */
    RuntimeException after(IsengardException error, int failures) {
        if (failures <= retries && error.error() == ErrorCode.NETWORK_PROTOCOL) {
            long seconds = Math.min(LONGEST_DELAY, (long) delay << Math.min(failures - 1, 20));
            return new JobRetry(Duration.ofSeconds(seconds), error);
        }
        return new IsengardException(ErrorCode.PLUGIN, error.details(), error);
    }
}
