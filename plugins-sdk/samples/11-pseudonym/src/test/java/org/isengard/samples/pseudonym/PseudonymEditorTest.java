package org.isengard.samples.pseudonym;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.dicom.Tag;
import org.isengard.testkit.FakeServer;
import org.isengard.testkit.TestInstance;
import org.junit.jupiter.api.Test;

class PseudonymEditorTest {
    @Test
    void aPatientKeepsOnePseudonym() throws Exception {
        FakeServer server = new FakeServer();
        server.addEditor(new PseudonymEditor(server.keyValueStores()));
        for (String patient : List.of("anna", "bert", "anna")) {
            server.store(TestInstance.file(TestInstance.dataset(patient, "study " + patient, "series", 1)));
        }
        List<String> patients =
                server.index().find(FindRequest.all(ResourceLevel.PATIENT, Set.of(FindRequest.Part.TAGS))).stream()
                        .map(patient ->
                                patient.tags().get(ResourceLevel.PATIENT).get(Tag.PatientID))
                        .sorted()
                        .toList();
        assertEquals(List.of("P1", "P2"), patients);
    }
}
