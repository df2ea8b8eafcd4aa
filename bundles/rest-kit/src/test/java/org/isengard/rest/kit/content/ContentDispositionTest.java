package org.isengard.rest.kit.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Names of files in the header Content-Disposition. */
class ContentDispositionTest {
    @Test
    void namesInAsciiStandAsOrthancWritesThem() {
        assertEquals("filename=\"a b;c.zip\"", ContentDisposition.of("a b;c.zip"));
    }

    @Test
    void namesBeyondAsciiStandInAsciiAndInUtf8() {
        assertEquals(
                "attachment; filename=\"c_r_brale.zip\"; filename*=UTF-8''c%C3%A9r%C3%A9brale.zip",
                ContentDisposition.of("cérébrale.zip"));
        assertEquals(
                "attachment; filename=\"_ (1)%.zip\"; filename*=UTF-8''%F0%9F%A6%B4%20%281%29%25.zip",
                ContentDisposition.of("\uD83E\uDDB4 (1)%.zip"));
    }

    @Test
    void noNameEndsTheHeaderOrLeavesTheDirectory() {
        assertEquals("filename=\"quoted.zip\"", ContentDisposition.of("\"quoted\".zip"));
        assertEquals("filename=\"aX-Y: z.zip\"", ContentDisposition.of("a\r\nX-Y: z.zip"));
        assertEquals("filename=\".._.._x_y.zip\"", ContentDisposition.of("../../x\\y.zip"));
        assertTrue(ContentDisposition.of("x".repeat(100_000)).length() < 1100);
    }
}
