package org.isengard.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.isengard.runtime.options.ConfigurationException;
import org.isengard.runtime.options.OptionProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
    @TempDir
    Path directory;

    private ObjectNode read(Map<String, String> environment) throws Exception {
        return new ConfigurationFile(environment).read(directory).document();
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
                () -> new ConfigurationFile(Map.of()).read(directory.resolve("none.json")));
    }

    @Test
    void optionsArriveByTheirKinds() throws Exception {
        write(
                "a.json",
                "{\"HttpPort\": 8042, \"RemoteAccessAllowed\": true, \"LuaScripts\": [\"a.lua\"], \"Mine\": 1,"
                        + " \"RegisteredUsers\": {\"a\": \"b\"}, \"HttpProxy\": null, \"AcceptedTransferSyntaxes\": \"1.2.*\"}");
        ObjectNode document = read(Map.of());
        Map<String, Object> properties = OptionProperties.of(document);
        assertEquals(8042L, properties.get("HttpPort"));
        assertEquals(true, properties.get("RemoteAccessAllowed"));
        assertEquals("{\"a\":\"b\"}", properties.get("RegisteredUsers"));
        assertArrayEquals(new String[] {"a.lua"}, (String[]) properties.get("LuaScripts"));
        assertArrayEquals(new String[] {"1.2.*"}, (String[]) properties.get("AcceptedTransferSyntaxes"));
        assertEquals(1L, properties.get("Mine"));
        assertEquals(4242L, properties.get("DicomPort"), "an option that is not named has its default");
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
            ConfigurationException e =
                    assertThrows(ConfigurationException.class, () -> OptionProperties.of(read(Map.of())), bad);
            assertTrue(e.getMessage().contains(option), e.getMessage());
        }
    }

    @Test
    void aTextOfTheEnvironmentIsATextWhateverItLooksLike() throws Exception {
        write("a.json", "{}");
        ObjectNode merged = read(Map.of(
                "ORTHANC__NAME", "123",
                "ORTHANC__DICOM_AET", "\"QUOTED\"",
                "ORTHANC__OVERWRITE_INSTANCES", "true",
                "ORTHANC__POSTGRESQL__PASSWORD", "0042",
                "ORTHANC__POSTGRESQL__ENABLE_SSL", "true"));
        assertEquals("\"123\"", merged.get("Name").toString());
        assertEquals("QUOTED", merged.get("DicomAet").asText());
        assertEquals("Always", OptionProperties.of(merged).get("OverwriteInstances"));
        assertEquals("\"0042\"", merged.get("PostgreSQL").get("Password").toString());
        assertTrue(merged.get("PostgreSQL").get("EnableSsl").isBoolean());
    }

    @Test
    void aVariableThatEndsWithFileNamesAFileWithTheValue() throws Exception {
        write("a.json", "{\"PostgreSQL\": {\"Password\": \"old\"}}");
        Path secret = Files.writeString(directory.resolve("secret"), "s3cret\n");
        ObjectNode merged = read(Map.of(
                "ORTHANC__POSTGRESQL__PASSWORD_FILE",
                secret.toString(),
                "ORTHANC__ORTHANC_PEERS__P__CERTIFICATE_FILE",
                "client.pem"));
        assertEquals("s3cret", merged.get("PostgreSQL").get("Password").asText());
        assertEquals(
                "client.pem",
                merged.get("OrthancPeers").get("P").get("CertificateFile").asText());
        ConfigurationException e = assertThrows(
                ConfigurationException.class, () -> read(Map.of("ORTHANC__NAME_FILE", directory + "/none")));
        assertTrue(e.getMessage().contains("ORTHANC__NAME_FILE"), e.getMessage());
    }

    @Test
    void itTellsWhereAnOptionComesFrom() throws Exception {
        write("a.json", "{\"Name\": \"a\", \"DicomPort\": 1}");
        write("b.json", "{\"DicomPort\": 2, \"HttpPort\": 3}");
        Map<String, String> origins = new ConfigurationFile(Map.of("ORTHANC__HTTP_PORT", "4"))
                .read(directory)
                .origins();
        assertEquals(Map.of("Name", "a.json", "DicomPort", "b.json", "HttpPort", "ORTHANC__HTTP_PORT"), origins);
    }
}
