package org.isengard.api.monitor;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes figures for one answer. The help and the type of a name are those of its first figure. Each method throws
 * IllegalArgumentException for names that Prometheus does not read, for a label without a value, and for a name that is a
 * histogram in one place and another figure elsewhere.
 */
@ProviderType
public interface MetricSink {
    /**
     * Takes a figure that goes up and down.
     *
     * @param name in Prometheus' form, such as {@code orthanc_jobs_running}
     * @param help one line for the reader
     * @param labels names and values in turn
     */
    void gauge(String name, String help, double value, String... labels);

    /**
     * Takes a figure that only grows while the server runs.
     *
     * @param name in Prometheus' form, with {@code _total} at its end
     * @param help one line for the reader
     * @param labels names and values in turn
     */
    void counter(String name, String help, double value, String... labels);

    /**
     * Takes a distribution, such as of durations, as it has grown while the server runs.
     *
     * @param name in Prometheus' form, such as {@code example_wait_seconds}
     * @param help one line for the reader
     * @param bounds upper bounds of the buckets, each included, finite and ascending, in the unit of the name
     * @param counts observations in each bucket alone, and at the end those above the last bound: one more than bounds
     * @param sum of all observations
     * @param labels names and values in turn; {@code le} is the server's
     */
    void histogram(String name, String help, double[] bounds, long[] counts, double sum, String... labels);
}
