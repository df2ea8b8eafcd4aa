package org.isengard.webdav.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class DavRequestTest {
    private static DavRequest parse(String text) {
        return DavRequest.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPropfindNamesItsProperties() {
        DavRequest asked =
                parse("<a:propfind xmlns:a='DAV:'><a:prop><a:getetag/><x xmlns='urn:y'/></a:prop></a:propfind>");
        assertEquals("propfind", asked.root());
        assertEquals(List.of(DavName.dav("getetag"), new DavName("urn:y", "x")), asked.properties());
        assertTrue(parse("<propfind xmlns='DAV:'><propname/></propfind>").says("propname"));
    }

    @Test
    void aLockHasAnOwner() {
        DavRequest asked = parse(
                "<lockinfo xmlns='DAV:'><lockscope><shared/></lockscope><owner> <href>me</href></owner></lockinfo>");
        assertTrue(asked.says("shared"));
        assertEquals("me", asked.owner());
    }

    @Test
    void hostileBodiesAreRefused() {
        for (String body : List.of(
                "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><propfind xmlns='DAV:'/>",
                "<!DOCTYPE x [<!ENTITY a 'b'>]><propfind xmlns='DAV:'>&a;</propfind>",
                "<propfind xmlns='DAV:'>" + "<a>".repeat(100) + "</propfind>",
                "<propfind xmlns='DAV:'>" + "<a/>".repeat(10_000) + "</propfind>",
                "<propfind xmlns='DAV:'>",
                "<propfind/>",
                "<D:propfind xmlns:D='DAV:'><D:prop><x:a xmlns:x=''/></D:prop></D:propfind>",
                "text")) {
            assertThrows(IsengardException.class, () -> parse(body), body.substring(0, Math.min(60, body.length())));
        }
    }

    @Test
    void addressesAreEncoded() {
        assertEquals("/webdav/a%20b%2Bc/%C3%A9%5E/", DavXml.href(List.of("a b+c", "é^"), true));
        assertEquals("&lt;a&amp;b&gt;?", DavXml.text("<a&b>\u0001"));
    }
}
