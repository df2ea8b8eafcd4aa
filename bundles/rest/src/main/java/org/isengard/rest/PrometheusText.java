package org.isengard.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.isengard.api.monitor.MetricSink;

/** Figures in Prometheus' text format (version 0.0.4), all of one name together under one HELP and one TYPE. */
final class PrometheusText implements MetricSink {
    private static final double LARGEST_WHOLE = 1e15;

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();
    private final long now;

    /** @param now in milliseconds since 1970, the time of all figures */
    PrometheusText(long now) {
        this.now = now;
    }

    @Override
    public void gauge(String name, String help, double value, String... labels) {
        line("gauge", name, help, value, labels);
    }

    @Override
    public void counter(String name, String help, double value, String... labels) {
        line("counter", name, help, value, labels);
    }

    private void line(String type, String name, String help, double value, String... labels) {
        StringBuilder out = families.computeIfAbsent(
                name,
                n -> new StringBuilder(128)
                        .append("# HELP ")
                        .append(n)
                        .append(' ')
                        .append(help.replace("\\", "\\\\").replace("\n", "\\n"))
                        .append("\n# TYPE ")
                        .append(n)
                        .append(' ')
                        .append(type)
                        .append('\n'));
        out.append(name);
        for (int i = 0; i + 1 < labels.length; i += 2) {
            String escaped =
                    labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            out.append(i == 0 ? '{' : ',')
                    .append(labels[i])
                    .append("=\"")
                    .append(escaped)
                    .append('"');
        }
        out.append(labels.length > 1 ? "} " : " ");
        if (value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        out.append(' ').append(now).append('\n');
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(4096);
        families.values().forEach(out::append);
        return out.toString();
    }
}
