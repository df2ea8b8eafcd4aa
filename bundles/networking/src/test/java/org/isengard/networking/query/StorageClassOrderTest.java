package org.isengard.networking.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.junit.jupiter.api.Test;

class StorageClassOrderTest {
    private static final List<String> ALL = new ArrayList<>(UIDs.storageSopClasses());

    @Test
    void everyClassIsProposedOnceAndNoAssociationHasTooMany() {
        List<String> proposed = new ArrayList<>();
        for (List<String> batch : StorageClassOrder.batches(List.of(), List.of(), ALL, 126)) {
            assertTrue(batch.size() <= 126);
            proposed.addAll(batch);
        }
        assertEquals(ALL.size(), proposed.size());
        assertEquals(new HashSet<>(ALL), new HashSet<>(proposed));
    }

    @Test
    void whatIsNoImageIsInTheFirstAssociation() {
        List<String> first =
                StorageClassOrder.batches(List.of(), List.of(), ALL, 126).get(0);
        for (String uid : List.of(
                UID.CTImageStorage,
                UID.RTStructureSetStorage,
                UID.RTPlanStorage,
                UID.RTDoseStorage,
                UID.ComprehensiveSRStorage,
                UID.EncapsulatedPDFStorage,
                UID.KeyObjectSelectionDocumentStorage,
                UID.SegmentationStorage)) {
            assertTrue(first.contains(uid), UIDs.keyword(uid));
        }
    }

    @Test
    void whatAnAnswerNamesComesFirst() {
        String odd = "1.2.826.0.1.3680043.2.1545.1";
        assertEquals(
                List.of(odd),
                StorageClassOrder.batches(List.of(odd), List.of("CT"), ALL, 126).get(0));
        assertTrue(StorageClassOrder.batches(List.of(), List.of("ECG"), ALL, 10)
                .get(0)
                .contains(UID.TwelveLeadECGWaveformStorage));
    }
}
