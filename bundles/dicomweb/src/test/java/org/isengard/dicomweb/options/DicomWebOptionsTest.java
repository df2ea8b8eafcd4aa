package org.isengard.dicomweb.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class DicomWebOptionsTest {
    @Test
    void defaultsAreThoseOfOrthancsPlugin() throws IOException {
        DicomWebOptions options = DicomWebOptions.parse("{}", false, false);
        assertTrue(options.enable());
        assertEquals("/dicom-web/", options.root());
        assertEquals("/dicom-web/", options.publicRoot());
        assertTrue(options.enableWado());
        assertEquals("/wado", options.wadoRoot());
        assertFalse(options.wadoTrueTypes());
        assertEquals("", options.host());
        assertFalse(options.ssl());
        assertFalse(options.caseSensitive());
        assertTrue(options.metadataCache());
        assertEquals("{}", options.servers());
        assertFalse(options.serversInDatabase());
        assertEquals(10, options.stowMaxInstances());
        assertEquals(10, options.stowMaxSize());
    }

    @Test
    void eachOptionIsRead() throws IOException {
        DicomWebOptions options = DicomWebOptions.parse(
                "{\"Enable\": false, \"Root\": \"dw\", \"PublicRoot\": \"/a/dw/\", \"EnableWado\": false,"
                        + " \"WadoRoot\": \"/w/\", \"WadoTrueContentType\": true, \"Host\": \"h\", \"Ssl\": true,"
                        + " \"QidoCaseSensitive\": true, \"EnableMetadataCache\": false, \"ServersInDatabase\": true,"
                        + " \"Servers\": {\"a\": [\"http://x/\"]}, \"StowMaxInstances\": 1, \"StowMaxSize\": 2}",
                false,
                false);
        assertEquals(
                new DicomWebOptions(
                        false,
                        "/dw/",
                        "/a/dw/",
                        false,
                        "/w",
                        true,
                        "h",
                        true,
                        true,
                        false,
                        "{\"a\":[\"http://x/\"]}",
                        true,
                        1,
                        2),
                options);
    }

    @Test
    void theServersOwnOptionsHoldWhereTheSectionSaysNothing() throws IOException {
        DicomWebOptions options = DicomWebOptions.parse("{}", true, true);
        assertTrue(options.ssl());
        assertTrue(options.caseSensitive());
    }

    @Test
    void wrongValuesAreRefused() {
        for (String json : new String[] {
            "{\"Root\": \"/a b/\"}",
            "{\"Root\": 1}",
            "{\"Enable\": 3}",
            "{\"StowMaxSize\": -1}",
            "{\"Root\": \"/../x\\n\"}"
        }) {
            assertThrows(IsengardException.class, () -> DicomWebOptions.parse(json, false, false), json);
        }
    }
}
