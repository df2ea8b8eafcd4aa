package org.isengard.rest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.isengard.api.monitor.MetricSink;

/** Figures in Prometheus' text format (version 0.0.4), all of one name together under one HELP and one TYPE. */
final class PrometheusText implements MetricSink {
    private static final double LARGEST_WHOLE = 1e15;
    private static final String HISTOGRAM = "histogram";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /** Name -> type of its first figure. */
    private final Map<String, String> types = new HashMap<>();

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

    @Override
    public void histogram(String name, String help, double[] bounds, long[] counts, double sum, String... labels) {
        check(bounds, counts);
        StringBuilder out = family(HISTOGRAM, name, help, labels);
        long upTo = 0;
        for (int i = 0; i < counts.length; i++) {
            upTo += counts[i];
            String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
            String[] with = Arrays.copyOf(labels, labels.length + 2);
            with[labels.length] = "le";
            with[labels.length + 1] = bound;
            line(out, name + "_bucket", upTo, with);
        }
        line(out, name + "_sum", sum, labels);
        line(out, name + "_count", upTo, labels);
    }

    private static void check(double[] bounds, long[] counts) {
        if (counts.length != bounds.length + 1) {
            throw new IllegalArgumentException("A histogram has one count more than bounds, not " + counts.length
                    + " counts for " + bounds.length + " bounds");
        }
        for (int i = 0; i < bounds.length; i++) {
            if (!Double.isFinite(bounds[i]) || i > 0 && bounds[i] <= bounds[i - 1]) {
                throw new IllegalArgumentException("The bounds of a histogram are finite and ascend");
            }
        }
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("The counts of a histogram are not negative");
            }
        }
    }

    private void line(String type, String name, String help, double value, String... labels) {
        line(family(type, name, help, labels), name, value, labels);
    }

    /** {@return the place of the figures of a name, which begins with their HELP and TYPE} */
    private StringBuilder family(String type, String name, String help, String... labels) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a metric");
        }
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("The metric " + name + " has a label without a value");
        }
        for (int i = 0; i < labels.length; i += 2) {
            if (!LABEL.matcher(labels[i]).matches() || type.equals(HISTOGRAM) && labels[i].equals("le")) {
                throw new IllegalArgumentException("\"" + labels[i] + "\" is no name of a label of " + name);
            }
        }
        String known = types.putIfAbsent(name, type);
        if (known != null && known.equals(HISTOGRAM) != type.equals(HISTOGRAM)) {
            throw new IllegalArgumentException("The metric " + name + " is a " + known + ", and no " + type);
        }
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
        out.append(labels.length > 1 ? "} " : " ").append(number(value));
        out.append(' ').append(now).append('\n');
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
