package org.isengard.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PrometheusTextTest {
    private final PrometheusText out = new PrometheusText(7);

    @Test
    void figuresOfOneNameStandTogetherAndLabelsAreEscaped() {
        out.counter("a_total", "First\nline", 1, "path", "C:\\x", "said", "\"hi\"\n");
        out.gauge("b", "Second", 0.5);
        out.counter("a_total", "Other help", 2, "path", "y", "said", "");
        assertEquals("""
                # HELP a_total First\\nline
                # TYPE a_total counter
                a_total{path="C:\\\\x",said="\\"hi\\"\\n"} 1 7
                a_total{path="y",said=""} 2 7
                # HELP b Second
                # TYPE b gauge
                b 0.5 7
                """, out.toString());
    }

    @Test
    void theBucketsOfAHistogramAddUp() {
        out.histogram("wait_seconds", "Waiting", new double[] {0.5, 2}, new long[] {3, 1, 2}, 12.5, "ward", "A");
        assertEquals("""
                # HELP wait_seconds Waiting
                # TYPE wait_seconds histogram
                wait_seconds_bucket{ward="A",le="0.5"} 3 7
                wait_seconds_bucket{ward="A",le="2"} 4 7
                wait_seconds_bucket{ward="A",le="+Inf"} 6 7
                wait_seconds_sum{ward="A"} 12.5 7
                wait_seconds_count{ward="A"} 6 7
                """, out.toString());
    }

    @Test
    void whatPrometheusCannotReadIsRefused() {
        refused(() -> out.gauge("a b", "", 1));
        refused(() -> out.gauge("a", "", 1, "label"));
        refused(() -> out.gauge("a", "", 1, "l-b", "x"));
        refused(() -> out.histogram("h", "", new double[] {1}, new long[] {1}, 1));
        refused(() -> out.histogram("h", "", new double[] {2, 1}, new long[] {1, 1, 1}, 1));
        refused(() -> out.histogram("h", "", new double[] {1}, new long[] {1, -1}, 1));
        refused(() -> out.histogram("h", "", new double[] {1}, new long[] {1, 1}, 1, "le", "1"));
        out.gauge("c", "", 1);
        refused(() -> out.histogram("c", "", new double[] {1}, new long[] {1, 1}, 1));
        assertEquals("# HELP c \n# TYPE c gauge\nc 1 7\n", out.toString());
    }

    private static void refused(Executable call) {
        assertThrows(IllegalArgumentException.class, call);
    }
}
