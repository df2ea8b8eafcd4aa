package org.isengard.rest;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.isengard.api.monitor.MetricSink;

/** Figures in Prometheus' text format (version 0.0.4), all of one name together under one HELP and one TYPE. */
final class PrometheusText implements MetricSink {
    private static final double LARGEST_WHOLE = 1e15;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();
    private final long now;

    /** @param now in milliseconds since 1970, the time of all figures */
    PrometheusText(long now) {
        this.now = now;
    }

    @Override
    public void gauge(String name, String help, double value, String... labels) {
        line(family("gauge", name, help), name, value, labels);
    }

    @Override
    public void counter(String name, String help, double value, String... labels) {
        line(family("counter", name, help), name, value, labels);
    }

    @Override
    public void histogram(String name, String help, double[] bounds, long[] counts, double sum, String... labels) {
        if (counts.length != bounds.length + 1) {
            throw new IllegalArgumentException(
                    name + " has " + counts.length + " counts for " + bounds.length + " bounds");
        }
        StringBuilder out = family("histogram", name, help);
        String[] bounded = Arrays.copyOf(labels, labels.length + 2);
        bounded[labels.length] = "le";
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            all += counts[i];
            bounded[labels.length + 1] = number(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY);
            line(out, name + "_bucket", all, bounded);
        }
        line(out, name + "_sum", sum, labels);
        line(out, name + "_count", all, labels);
    }

    private StringBuilder family(String type, String name, String help) {
        require(NAME, name);
        return families.computeIfAbsent(
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
    }

    private void line(StringBuilder out, String name, double value, String... labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("A label of " + name + " has no value");
        }
        StringBuilder line = new StringBuilder(128).append(name);
        for (int i = 0; i < labels.length; i += 2) {
            require(LABEL, labels[i]);
            String escaped =
                    labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            line.append(i == 0 ? '{' : ',')
                    .append(labels[i])
                    .append("=\"")
                    .append(escaped)
                    .append('"');
        }
        line.append(labels.length > 0 ? "} " : " ").append(number(value));
        out.append(line).append(' ').append(now).append('\n');
    }

    private static void require(Pattern form, String name) {
        if (!form.matcher(name).matches()) {
            throw new IllegalArgumentException("Prometheus takes no such name: " + name);
        }
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(4096);
        families.values().forEach(out::append);
        return out.toString();
    }
}
