package org.isengard.dicomweb.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class AcceptTest {
    private static List<String> types(String accept) {
        return Accept.parse(accept).ranges().stream().map(MediaType::type).toList();
    }

    @Test
    void theHeavierRangeComesFirstAndWeightNothingIsNone() {
        assertEquals(List.of("b/b", "a/a"), types("a/a;q=0.5, b/b, c/c;q=0, d/d;q=nonsense"));
        assertEquals(List.of("*/*"), types(""));
        assertEquals(List.of("*/*"), types("*"));
    }

    @Test
    void quotedParametersMayHoldSeparators() {
        MediaType range = Accept.parse("multipart/related; type=\"application/dicom;a,b\" ;transfer-syntax=*,x/y")
                .ranges()
                .get(0);
        assertTrue(range.isMultipart());
        assertEquals("application/dicom", range.partType());
        assertEquals("*", range.transferSyntax());
    }

    @Test
    void theTransferSyntaxMayStandInTheTypeOfTheParts() {
        MediaType range = MediaType.parse(
                        "multipart/related; type=\"application/dicom; transfer-syntax=1.2.840.10008.1.2\"")
                .orElseThrow();
        assertEquals("1.2.840.10008.1.2", range.transferSyntax());
    }

    @Test
    void rangesCoverTypes() {
        assertTrue(Accept.parse("image/*").covers("image/png"));
        assertFalse(Accept.parse("image/*").covers("application/dicom"));
        assertTrue(Accept.parse("multipart/related; type=\"application/dicom+xml\"")
                .coversParts("application/dicom+xml"));
        assertFalse(Accept.parse("multipart/related; type=image/png").coversParts("application/dicom+xml"));
    }

    @Test
    void tooMuchIsRefused() {
        assertThrows(IsengardException.class, () -> Accept.parse("a/a," + "x".repeat(20_000)));
        assertThrows(IsengardException.class, () -> Accept.parse("a/a,".repeat(1000)));
    }

    @Test
    void anyTextGivesRangesOrAClearError() {
        String alphabet = "ab/*;=,\"\\ q.05";
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < random.nextInt(60); i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Accept.parse(text.toString())
                    .ranges()
                    .forEach(range -> assertTrue(range.type().indexOf('/') > 0, text.toString()));
        }
    }
}
