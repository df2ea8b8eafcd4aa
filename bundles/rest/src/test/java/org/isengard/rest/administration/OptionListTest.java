package org.isengard.rest.administration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.OptionCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionListTest {
    private static List<OptionInForce> list(String document, Map<String, String> origins) throws Exception {
        return OptionList.of((ObjectNode) Json.MAPPER.readTree(document), origins);
    }

    private static OptionInForce find(List<OptionInForce> options, String name) {
        return options.stream().filter(o -> o.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void aValueSaysWhereItComesFrom() throws Exception {
        List<OptionInForce> options = list(
                "{\"Name\": \"a\", \"HttpPort\": 8042, \"LimitFindResults\": 7, \"StorageAccessOnFind\": \"always\"}",
                Map.of(
                        "Name", "ORTHANC__NAME",
                        "HttpPort", "orthanc.json",
                        "LimitFindResults", "ORTHANC_JSON",
                        "StorageAccessOnFind", "ORTHANC_SITE.json"));
        OptionInForce name = find(options, "Name");
        assertEquals("environment", name.origin());
        assertEquals("ORTHANC__NAME", name.source());
        assertTrue(name.changed());
        assertEquals("file", find(options, "HttpPort").origin());
        assertFalse(find(options, "HttpPort").changed());
        assertEquals("environment", find(options, "LimitFindResults").origin());
        assertEquals("file", find(options, "StorageAccessOnFind").origin());
        assertFalse(find(options, "StorageAccessOnFind").changed());
        OptionInForce other = find(options, "DicomPort");
        assertEquals("default", other.origin());
        assertEquals(4242, other.value().asInt());
        assertFalse(other.changed());
    }

    @Test
    void anEmptyConfigurationHasEveryOptionWithItsDefault() throws Exception {
        List<OptionInForce> options = list("{}", Map.of());
        assertEquals(List.of(), options.stream().filter(OptionInForce::changed).toList());
        assertEquals(
                options.size(),
                options.stream().map(OptionInForce::name).distinct().count());
        long sections = OptionCatalogue.standard().all().stream()
                .filter(o -> o.isTop()
                        && options.stream().noneMatch(each -> each.name().equals(o.name())))
                .peek(o ->
                        assertTrue(options.stream().anyMatch(each -> each.name().startsWith(o.name() + ".")), o.name()))
                .count();
        assertTrue(sections > 0);
    }

    @Test
    void aSectionHasAnEntryForEachField() throws Exception {
        List<OptionInForce> options = list(
                "{\"PostgreSQL\": {\"Host\": \"db\", \"Hots\": \"x\", \"//\": \"note\"}}",
                Map.of("PostgreSQL", "orthanc.json"));
        assertEquals("file", find(options, "PostgreSQL.Host").origin());
        assertEquals("default", find(options, "PostgreSQL.Port").origin());
        assertEquals("unknown", find(options, "PostgreSQL.Hots").state());
        assertTrue(options.stream().noneMatch(o -> o.name().contains("//")));
    }

    @Test
    void anOptionSaysWhetherItWorks() throws Exception {
        List<OptionInForce> options = list(
                "{\"StorageMemoryCapacity\": 1, \"Nonsense\": 1, \"MyPlugin\": {\"Colour\": \"red\"}, \"_comment\": 1}",
                Map.of());
        assertEquals("works", find(options, "HttpPort").state());
        assertEquals("none", find(options, "StorageMemoryCapacity").state());
        assertFalse(find(options, "StorageMemoryCapacity").reason().isEmpty());
        assertEquals("unknown", find(options, "Nonsense").state());
        assertEquals("plugin", find(options, "MyPlugin").state());
        assertTrue(options.stream().noneMatch(o -> o.name().equals("_comment")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"RegisteredUsers\": {\"alice\": \"hush\"}}",
                "{\"SslCertificatePassword\": \"hush\"}",
                "{\"HttpProxy\": \"user:hush@proxy:3128\"}",
                "{\"OrthancPeers\": {\"a\": [\"http://a/\", \"user\", \"hush\"]}}",
                "{\"OrthancPeers\": {\"a\": [\"http://user:hush@a/\"]}}",
                "{\"OrthancPeers\": {\"a\": {\"Url\": \"http://user:hush@a/\"}}}",
                "{\"OrthancPeers\": {\"a\": {\"Url\": \"http://a/\", \"Password\": \"hush\"}}}",
                "{\"OrthancPeers\": {\"a\": {\"Url\": \"http://a/\", \"ApiKey\": \"hush\"}}}",
                "{\"OrthancPeers\": {\"a\": {\"HttpHeaders\": {\"Authorization\": \"hush\"}}}}",
                "{\"OrthancPeers\": {\"a\": \"hush\"}}",
                "{\"PostgreSQL\": {\"Password\": \"hush\"}}",
                "{\"PostgreSQL\": {\"ConnectionUri\": \"postgresql://u:hush@h/d\"}}",
                "{\"PostgreSQL\": \"hush\"}",
                "{\"DicomWeb\": {\"Servers\": {\"a\": [\"http://a/\", \"user\", \"hush\"]}}}",
                "{\"DicomWeb\": {\"Servers\": {\"a\": {\"Password\": \"hush\"}}}}",
                "{\"DicomWeb\": {\"Servers\": {\"a\": {\"HttpHeaders\": {\"X-Any\": \"hush\"}}}}}",
                "{\"DicomModalities\": {\"a\": {\"AET\": \"A\", \"Password\": \"hush\"}}}",
                "{\"MyPlugin\": {\"Deep\": [{\"AccessKey\": \"hush\"}]}}",
                "{\"MyPlugin\": {\"Tokens\": [\"hush\"]}}",
                "{\"MyPlugin\": {\"Address\": \"amqp://user:hush@broker/\"}}",
                "{\"AdminPassword\": \"hush\"}"
            })
    void secretsAreHidden(String document) throws Exception {
        for (OptionInForce option : list(document, Map.of())) {
            assertFalse(option.json().toString().contains("hush"), option.json().toString());
        }
    }

    @Test
    void valuesThatAreNoSecretsAreShown() throws Exception {
        List<OptionInForce> options = list(
                "{\"OrthancPeers\": {\"a\": [\"http://a/\", \"user\", \"hush\"]}, \"DicomModalities\": {\"m\": [\"M\", \"h\", 104, \"Generic\"]},"
                        + " \"DicomTlsPrivateKey\": \"key.pem\", \"Authorization\": {\"Roles\": {\"keys\": {\"permissions\": [\"view\"]}}}}",
                Map.of());
        assertEquals(
                "{\"a\":[\"http://a/\",\"user\",\"***\"]}",
                find(options, "OrthancPeers").value().toString());
        assertEquals(
                "{\"m\":[\"M\",\"h\",104,\"Generic\"]}",
                find(options, "DicomModalities").value().toString());
        assertEquals("key.pem", find(options, "DicomTlsPrivateKey").value().asText());
        assertTrue(find(options, "Authorization.Roles").value().toString().contains("view"));
        assertEquals("", find(options, "SslCertificatePassword").value().asText());
    }
}
