package org.isengard.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private final PrometheusText text = new PrometheusText(17);

    @Test
    void figuresOfOneNameStandTogether() {
        text.gauge("a", "One", 1);
        text.counter("b_total", "Two", 0.5, "kind", "x");
        text.gauge("a", "ignored", 2, "kind", "y");
        assertEquals("""
                # HELP a One
                # TYPE a gauge
                a 1 17
                a{kind="y"} 2 17
                # HELP b_total Two
                # TYPE b_total counter
                b_total{kind="x"} 0.5 17
                """, text.toString());
    }

    @Test
    void textsOfLabelsAndHelpStayInTheirLine() {
        text.gauge("a", "back\\slash\nline", Double.NEGATIVE_INFINITY, "kind", "say \"no\"\\\n# TYPE a b");
        assertEquals("""
                # HELP a back\\\\slash\\nline
                # TYPE a gauge
                a{kind="say \\"no\\"\\\\\\n# TYPE a b"} -Inf 17
                """, text.toString());
    }

    @Test
    void bucketsOfAHistogramHoldThoseBefore() {
        text.histogram("t_seconds", "Time", new double[] {0.1, 2}, new long[] {3, 0, 1}, 7.25, "to", "pacs");
        assertEquals("""
                # HELP t_seconds Time
                # TYPE t_seconds histogram
                t_seconds_bucket{to="pacs",le="0.1"} 3 17
                t_seconds_bucket{to="pacs",le="2"} 3 17
                t_seconds_bucket{to="pacs",le="+Inf"} 4 17
                t_seconds_sum{to="pacs"} 7.25 17
                t_seconds_count{to="pacs"} 4 17
                """, text.toString());
    }

    @Test
    void whatPrometheusDoesNotTakeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> text.gauge("a b", "", 1));
        assertThrows(IllegalArgumentException.class, () -> text.gauge("a\n", "", 1));
        assertThrows(IllegalArgumentException.class, () -> text.gauge("a", "", 1, "1st", "x"));
        assertThrows(IllegalArgumentException.class, () -> text.gauge("a", "", 1, "kind"));
        assertThrows(
                IllegalArgumentException.class, () -> text.histogram("a", "", new double[] {1}, new long[] {1}, 1));
    }
}
