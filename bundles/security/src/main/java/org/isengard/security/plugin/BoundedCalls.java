package org.isengard.security.plugin;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks plugins on threads of its own, so that one that hangs holds no request for longer than a bounded time.
 *
 * <p>Threading: any thread asks; so many questions run at once as there are places, and further ones wait the same time.
 */
public final class BoundedCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedCalls.class);
    private static final int PLACES = 32;
    private static final int LEAST_ERROR = 400;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "isengard-access-plugin");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore places = new Semaphore(PLACES);
    private final long limitNanos;

    /** @param limitNanos how long an answer may take */
    public BoundedCalls(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /**
     * {@return what a plugin answers; never null}
     *
     * @param bundle symbolic name of the plugin, for the log and the message
     * @throws IsengardException an error that the plugin throws as such; INTERNAL_ERROR for any other failure;
     *     SERVICE_UNAVAILABLE when the answer does not come in time
     */
    <T> T ask(String bundle, Callable<T> question) {
        try {
            if (!places.tryAcquire(limitNanos, TimeUnit.NANOSECONDS)) {
                LOG.warn("The plugin {} is not asked about a request: {} questions are under way", bundle, PLACES);
                throw unavailable(bundle);
            }
            FutureTask<T> answer = new FutureTask<>(question);
            run(bundle, answer);
            return await(bundle, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(bundle);
        }
    }

    private void run(String bundle, FutureTask<?> answer) {
        try {
            threads.execute(() -> {
                try {
                    answer.run();
                } finally {
                    places.release();
                }
            });
        } catch (RejectedExecutionException e) {
            places.release();
            throw unavailable(bundle);
        }
    }

    private <T> T await(String bundle, FutureTask<T> answer) throws InterruptedException {
        try {
            T given = answer.get(limitNanos, TimeUnit.NANOSECONDS);
            if (given == null) {
                throw failure(bundle, new NullPointerException("The answer is null"));
            }
            return given;
        } catch (TimeoutException e) {
            answer.cancel(true);
            LOG.warn(
                    "The plugin {} does not say within {} ms whether a request may come in",
                    bundle,
                    TimeUnit.NANOSECONDS.toMillis(limitNanos));
            throw unavailable(bundle);
        } catch (ExecutionException e) {
            throw failure(bundle, e.getCause());
        }
    }

    private static IsengardException failure(String bundle, Throwable thrown) {
        LOG.error("The plugin {} fails to say whether a request may come in", bundle, thrown);
        // The details are for the operator: the caller may be a stranger.
        return thrown instanceof IsengardException known && known.httpStatus() >= LEAST_ERROR
                ? known
                : new IsengardException(
                        ErrorCode.INTERNAL_ERROR,
                        "The plugin " + bundle + " that decides about requests fails",
                        thrown);
    }

    private static IsengardException unavailable(String bundle) {
        return new IsengardException(
                ErrorCode.SERVICE_UNAVAILABLE, "The plugin " + bundle + " that decides about requests does not answer");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
