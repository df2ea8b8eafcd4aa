package org.isengard.networking.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.JobRetry;

/**
 * How often a job tries again when the other side cannot be reached, an addition of ours: the fields {@code Retries} and
 * {@code RetryDelay} of the request that starts it. The delay doubles each time; a success starts the count anew.
 *
 * @param retries at most, one after the other
 * @param delay seconds before the first
 */
public record RetrySchedule(int retries, int delay) {
    public static final RetrySchedule NEVER = new RetrySchedule(0, 0);

    private static final String RETRIES = "Retries";
    private static final String DELAY = "RetryDelay";
    private static final int MOST = 1000;
    private static final int FIRST_DELAY = 5;
    private static final long LONGEST_DELAY = 3600;

    /** @throws IsengardException BAD_FILE_FORMAT when the fields are no such numbers */
    public static RetrySchedule read(JsonNode options) {
        return new RetrySchedule(number(options, RETRIES, 0, MOST), number(options, DELAY, FIRST_DELAY, 3600));
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

    public void write(ObjectNode json) {
        if (retries > 0) {
            json.put(RETRIES, retries).put(DELAY, delay);
        }
    }

    /** {@return the delay before a retry, with a tenth of chance so that many jobs do not come at once} @param number from 1 */
    public Duration delay(int number) {
        long seconds = Math.min(LONGEST_DELAY, (long) delay << Math.min(number - 1, 30));
        return Duration.ofMillis(seconds * 1000 + ThreadLocalRandom.current().nextLong(seconds * 100 + 1));
    }

    /**
     * Decides about a failure.
     *
     * @param attempts that failed one after the other, this one included
     * @return what to throw: the error itself when it was the last attempt or trying again is no use
     */
    public RuntimeException after(IsengardException error, int attempts) {
        return attempts <= retries && error.error() == ErrorCode.NETWORK_PROTOCOL
                ? new JobRetry(delay(attempts), error)
                : error;
    }
}
