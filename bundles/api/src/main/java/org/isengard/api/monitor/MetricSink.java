package org.isengard.api.monitor;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes figures for one answer. The help and the type of a name are those of its first figure. Every method throws
 * {@link IllegalArgumentException} for a name that Prometheus does not take, and for a label without a value.
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
     * Takes how values are distributed that came since the server or the plugin started.
     *
     * @param name in Prometheus' form, with the unit at its end, such as {@code forward_duration_seconds}
     * @param help one line for the reader
     * @param bounds the largest value of each bucket, increasing; a last bucket without a bound comes by itself
     * @param counts how many values each bucket has that no bucket before it has: one number more than bounds
     * @param sum of all values
     * @param labels names and values in turn
     */
    void histogram(String name, String help, double[] bounds, long[] counts, double sum, String... labels);
}
