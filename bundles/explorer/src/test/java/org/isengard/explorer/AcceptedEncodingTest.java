package org.isengard.explorer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.isengard.explorer.PageFiles.Encoding;
import org.junit.jupiter.api.Test;

class AcceptedEncodingTest {
    @Test
    void aNamedEncodingIsUsedAndBrotliComesFirst() {
        assertEquals(Encoding.BROTLI, AcceptedEncoding.of("gzip, deflate, br"));
        assertEquals(Encoding.GZIP, AcceptedEncoding.of("GZIP;q=0.5"));
        assertEquals(Encoding.BROTLI, AcceptedEncoding.of("*"));
    }

    @Test
    void whatIsNotNamedOrWeighsNothingIsNotUsed() {
        assertEquals(Encoding.IDENTITY, AcceptedEncoding.of(""));
        assertEquals(Encoding.IDENTITY, AcceptedEncoding.of("deflate"));
        assertEquals(Encoding.GZIP, AcceptedEncoding.of("br;q=0, gzip"));
        assertEquals(Encoding.GZIP, AcceptedEncoding.of("br;q=zero, *;q=0.1"));
        assertEquals(Encoding.IDENTITY, AcceptedEncoding.of("br;q=0,gzip;q=0,*"));
    }
}
