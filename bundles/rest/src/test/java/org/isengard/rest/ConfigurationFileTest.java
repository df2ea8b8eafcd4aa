package org.isengard.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
    @TempDir
    Path directory;

    private ObjectNode read(Map<String, String> environment) throws Exception {
        return new ConfigurationFile(Options.read(), environment).read(directory);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void filesOfADirectoryAreMergedInOrderOfTheirNames() throws Exception {
        write("b.json", "{\"Name\": \"b\", \"DicomModalities\": {\"two\": [\"B\", \"h\", 2]}}");
        write(
                "a.json",
                "/* first */ {\"Name\": \"a\", \"HttpPort\": 1, \"DicomModalities\": {\"one\": [\"A\", \"h\", 1]}}");
        write("c.txt", "not read");
        ObjectNode merged = read(Map.of());
        assertEquals("b", merged.get("Name").asText());
        assertEquals(1, merged.get("HttpPort").asInt());
        assertEquals(2, merged.get("DicomModalities").size());
    }

    @Test
    void theEnvironmentOverridesByOrthancsNames() throws Exception {
        write(
                "a.json",
                "{\"Name\": \"a\", \"HttpPort\": 1, \"DicomAet\": \"${AET:-NONE}\", \"StorageDirectory\": \"${DIR}/x\"}");
        ObjectNode merged = read(Map.of(
                "ORTHANC__HTTP_PORT", "8043",
                "ORTHANC__DICOM_WEB__ENABLE", "true",
                "ORTHANC__STORE_MD5_FOR_ATTACHMENTS", "false",
                "ORTHANC_JSON", "{\"Name\": \"c\"}",
                "DIR", "/data"));
        assertEquals("c", merged.get("Name").asText());
        assertEquals(8043, merged.get("HttpPort").asInt());
        assertTrue(merged.get("DicomWeb").get("Enable").asBoolean());
        assertEquals("NONE", merged.get("DicomAet").asText());
        assertEquals("/data/x", merged.get("StorageDirectory").asText());
        assertTrue(merged.get("StoreMD5ForAttachments").isBoolean());
    }

    @Test
    void badJsonNamesFileAndLine() throws Exception {
        write("a.json", "{\n  \"Name\": \"a\"\n  \"HttpPort\": 1\n}");
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> read(Map.of()));
        assertTrue(e.getMessage().contains("a.json") && e.getMessage().contains("line 3"), e.getMessage());
        assertThrows(
                ConfigurationException.class,
                () -> new ConfigurationFile(Options.read(), Map.of()).read(directory.resolve("none.json")));
    }

    @Test
    void optionsArriveByTheirKinds() throws Exception {
        write(
                "a.json",
                "{\"HttpPort\": 8042, \"RemoteAccessAllowed\": true, \"LuaScripts\": [\"a.lua\"], \"Mine\": 1,"
                        + " \"RegisteredUsers\": {\"a\": \"b\"}, \"HttpProxy\": null, \"AcceptedTransferSyntaxes\": \"1.2.*\"}");
        Options options = Options.read();
        ObjectNode document = read(Map.of());
        Dictionary<String, Object> properties = options.properties(document);
        assertEquals(8042L, properties.get("HttpPort"));
        assertEquals(true, properties.get("RemoteAccessAllowed"));
        assertEquals("{\"a\":\"b\"}", properties.get("RegisteredUsers"));
        assertArrayEquals(new String[] {"a.lua"}, (String[]) properties.get("LuaScripts"));
        assertArrayEquals(new String[] {"1.2.*"}, (String[]) properties.get("AcceptedTransferSyntaxes"));
        assertEquals(List.of("Mine"), options.unknown(document));
    }

    @Test
    void aWrongKindNamesTheOption() throws Exception {
        for (String bad : List.of(
                "{\"HttpPort\": \"8042\"}",
                "{\"HttpPort\": 8042.5}",
                "{\"RemoteAccessAllowed\": 1}",
                "{\"LuaScripts\": [1]}",
                "{\"RegisteredUsers\": \"a\"}")) {
            write("a.json", bad);
            String option = bad.substring(2, bad.indexOf('"', 2));
            ConfigurationException e = assertThrows(
                    ConfigurationException.class, () -> Options.read().properties(read(Map.of())), bad);
            assertTrue(e.getMessage().contains(option), e.getMessage());
        }
    }
}
