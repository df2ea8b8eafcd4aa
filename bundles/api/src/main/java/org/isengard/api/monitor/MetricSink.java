package org.isengard.api.monitor;

import org.osgi.annotation.versioning.ProviderType;

/** Takes figures for one answer. The help and the type of a name are those of its first figure. */
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
}
