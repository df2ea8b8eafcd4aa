package org.isengard.api.monitor;

import org.osgi.annotation.versioning.ConsumerType;

/** A service that has figures for {@code /tools/metrics-prometheus}. A source that throws is left out of the answer. */
@ConsumerType
public interface MetricSource {
    /** Reports the figures of this moment. Any thread may call it, several at once. */
    void report(MetricSink sink);
}
