package org.isengard.rest.kit.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Set;
import org.isengard.rest.kit.page.PageFiles.Encoding;
import org.junit.jupiter.api.Test;

class AcceptedEncodingTest {
    private static final Set<Encoding> BOTH = EnumSet.of(Encoding.GZIP, Encoding.BROTLI);

    private static Encoding encoding(String header) {
        return AcceptedEncoding.of(header, BOTH);
    }

    @Test
    void aNamedEncodingIsUsedAndBrotliComesFirst() {
        assertEquals(Encoding.BROTLI, encoding("gzip, deflate, br"));
        assertEquals(Encoding.GZIP, encoding("GZIP;q=0.5"));
        assertEquals(Encoding.BROTLI, encoding("*"));
    }

    @Test
    void whatIsNotNamedOrWeighsNothingIsNotUsed() {
        assertEquals(Encoding.IDENTITY, encoding(""));
        assertEquals(Encoding.IDENTITY, encoding("deflate"));
        assertEquals(Encoding.GZIP, encoding("br;q=0, gzip"));
        assertEquals(Encoding.GZIP, encoding("br;q=zero, *;q=0.1"));
        assertEquals(Encoding.IDENTITY, encoding("br;q=0,gzip;q=0,*"));
    }

    @Test
    void whatTheBundleLacksIsNotUsed() {
        assertEquals(Encoding.GZIP, AcceptedEncoding.of("gzip, br", EnumSet.of(Encoding.GZIP)));
        assertEquals(Encoding.IDENTITY, AcceptedEncoding.of("br", EnumSet.of(Encoding.GZIP)));
        assertEquals(Encoding.IDENTITY, AcceptedEncoding.of("gzip, br", EnumSet.of(Encoding.IDENTITY)));
    }
}
