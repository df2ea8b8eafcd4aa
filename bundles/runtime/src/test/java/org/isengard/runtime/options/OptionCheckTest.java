package org.isengard.runtime.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;

class OptionCheckTest {
    interface Sample {
        int DicomPort();

        boolean StoreDicom();

        String OverwriteInstances();

        String[] AcceptedTransferSyntaxes();

        String Dictionary();
    }

    interface Unknown {
        int NoSuchOption();
    }

    private static OptionCheck check(String json) throws Exception {
        return OptionCheck.of((ObjectNode) Json.MAPPER.readTree(json));
    }

    private static String refusal(String json) {
        return assertThrows(ConfigurationException.class, () -> check(json)).getMessage();
    }

    @Test
    void anUnknownOptionIsAWarningWithTheNearestName() throws Exception {
        List<String> warnings =
                check("{\"HtpPort\": 1, \"Xyzzy\": 2, \"_comment\": 1}").warnings();
        assertEquals(2, warnings.size());
        assertTrue(
                warnings.get(0).contains("\"HtpPort\"") && warnings.get(0).contains("\"HttpPort\""), warnings.get(0));
        assertTrue(warnings.get(1).contains("\"Xyzzy\"") && !warnings.get(1).contains("meant"), warnings.get(1));
    }

    @Test
    void anUnknownObjectIsForAPluginOfThatName() throws Exception {
        assertEquals(List.of("Mine"), check("{\"Mine\": {\"a\": 1}}").sections());
    }

    @Test
    void aWrongTypeIsRefusedWithTheTypeThatIsExpected() {
        assertTrue(refusal("{\"HttpPort\": 70000}").contains("from 1 to 65535"), refusal("{\"HttpPort\": 70000}"));
        assertTrue(refusal("{\"StableAge\": \"soon\"}").contains("\"StableAge\""));
        assertTrue(refusal("{\"HttpDescribeErrors\": \"yes\"}").contains("\"HttpDescribeErrors\""));
        assertTrue(refusal("{\"DicomAet\": 12}").contains("\"DicomAet\""));
        assertTrue(refusal("{\"MaximumStorageMode\": \"Burn\"}").contains("Recycle or Reject"));
        assertTrue(refusal("{\"LuaScripts\": [1]}").contains("a list of texts"));
    }

    @Test
    void anOptionWithoutEffectIsAWarningUnlessItHasItsDefault() throws Exception {
        assertEquals(List.of(), check("{\"MallocArenaMax\": 5}").warnings());
        List<String> warnings = check("{\"MallocArenaMax\": 6}").warnings();
        assertTrue(warnings.size() == 1 && warnings.get(0).contains("has no effect"), warnings.toString());
    }

    @Test
    void aPromiseThatIsNotKeptIsRefused() throws Exception {
        assertEquals(List.of(), check("{\"StoreDicom\": true}").warnings());
        assertTrue(refusal("{\"StoreDicom\": false}").contains("StoreDicom"));
        assertTrue(refusal("{\"PostgreSQL\": {\"EnableStorage\": true}}").contains("PostgreSQL.EnableStorage"));
    }

    @Test
    void fieldsOfSectionsAreKnownToo() throws Exception {
        List<String> warnings = check("{\"PostgreSQL\": {\"EnableIndx\": true, \"HousekeepingInterval\": 9},"
                        + " \"DicomModalities\": {\"a\": {\"AET\": \"A\", \"Prot\": 1}, \"b\": [\"B\", \"h\", 104]}}")
                .warnings();
        assertEquals(3, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).contains("\"EnableIndex\""), warnings.get(0));
        assertTrue(warnings.get(1).contains("PostgreSQL.HousekeepingInterval"), warnings.get(1));
        assertTrue(warnings.get(2).contains("DicomModalities.a.Prot"), warnings.get(2));
    }

    @Test
    void everyOptionArrivesWithItsValueOrItsDefault() throws Exception {
        ObjectNode document = (ObjectNode) Json.MAPPER.readTree("{\"OverwriteInstances\": true, \"DicomPort\": 104}");
        Map<String, Object> properties = OptionProperties.of(document);
        assertEquals("Always", properties.get("OverwriteInstances"));
        assertEquals(104L, properties.get("DicomPort"));
        assertEquals(8042L, properties.get("HttpPort"));
        for (OptionDefinition option : OptionCatalogue.standard().all()) {
            assertEquals(option.isTop(), properties.containsKey(option.name()), option.name());
        }
    }

    @Test
    void aViewHasTheDefaultsOfTheCatalogue() {
        Sample sample = OptionValues.of(Sample.class, Map.of("DicomPort", 11_112L));
        assertEquals(11_112, sample.DicomPort());
        assertTrue(sample.StoreDicom());
        assertEquals("Never", sample.OverwriteInstances());
        assertEquals(List.of("1.2.840.10008.1.*"), List.of(sample.AcceptedTransferSyntaxes()));
        assertEquals("{}", sample.Dictionary());
        assertThrows(IllegalArgumentException.class, () -> OptionValues.of(Unknown.class, Map.of()));
    }
}
