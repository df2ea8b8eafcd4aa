package org.isengard.rest.kit.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;

/** Orthanc's XML form of JSON, as Orthanc 1.10.1 answered. */
class XmlGeneratorTest {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

    @Test
    void objectsAndListsBecomeElements() throws IOException {
        assertEquals(
                HEAD
                        + "<root>\n  <Changes>\n    <item>\n      <ID>a</ID>\n      <Seq>1</Seq>\n    </item>\n"
                        + "    <item>\n      <item>b</item>\n    </item>\n  </Changes>\n  <Done>true</Done>\n"
                        + "  <Empty></Empty>\n  <None>null</None>\n  <List />\n  <Object />\n  <Half>0.5</Half>\n</root>\n",
                xml("{\"Changes\":[{\"ID\":\"a\",\"Seq\":1},[\"b\"]],\"Done\":true,\"Empty\":\"\",\"None\":null,"
                        + "\"List\":[],\"Object\":{},\"Half\":0.5}"));
        assertEquals(HEAD + "<root />\n", xml("[]"));
        assertEquals(
                HEAD + "<root>\n  <0008,0005>ISO_IR 127</0008,0005>\n</root>\n", xml("{\"0008,0005\":\"ISO_IR 127\"}"));
    }

    @Test
    void charactersOfMarkupAreWrittenAsReferences() throws IOException {
        assertEquals(
                HEAD + "<root>\n  <a>a&lt;b&gt;&amp;\"c\"'é€&#01;\t\n x&#13;</a>\n</root>\n",
                xml("{\"a\":\"a<b>&\\\"c\\\"'é€\\u0001\\t\\n x\\r\"}"));
    }

    @Test
    void noNameOfAFieldEndsItsTag() throws IOException {
        assertEquals(HEAD + "<root>\n  <a__b__>1</a__b__>\n</root>\n", xml("{\"a><b/>\":1}"));
    }

    @Test
    void xmlIsAskedForAlone() {
        for (String accept : List.of("application/xml", "application/xml;q=0.1", " application/xml ")) {
            assertTrue(XmlGenerator.isAskedFor(accept), accept);
        }
        // A browser that takes XML among others gets JSON, as from Orthanc.
        for (String accept :
                List.of("text/xml", "*/*", "application/json, application/xml", "application/xml,text/html", "")) {
            assertFalse(XmlGenerator.isAskedFor(accept), accept);
        }
        assertFalse(XmlGenerator.isAskedFor(null));
    }

    private static String xml(String json) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = new XmlGenerator(out)) {
            Json.MAPPER.writeTree(generator, Json.MAPPER.readTree(json));
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
