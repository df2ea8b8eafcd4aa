package org.isengard.samples.refuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.annotation.Annotation;
import org.isengard.api.index.StoreStatus;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.testkit.FakeServer;
import org.isengard.testkit.TestInstance;
import org.junit.jupiter.api.Test;

class ModalityFilterTest {
    @Test
    void onlyTheNamedModalitiesStayOut() throws Exception {
        FakeServer server = new FakeServer().add(new ModalityFilter(config("SR", "PR")));
        Attributes image = TestInstance.dataset("patient", "study", "series", 1);
        assertEquals(StoreStatus.SUCCESS, server.store(TestInstance.file(image)).status());
        Attributes report = TestInstance.dataset("patient", "study", "reports", 1);
        report.setString(Tag.Modality, VR.CS, "SR");
        assertEquals(
                StoreStatus.FILTERED_OUT,
                server.store(TestInstance.file(report)).status());
        assertEquals(1, server.index().statistics().instances());
    }

    private static ModalityFilter.Config config(String... modalities) {
        return new ModalityFilter.Config() {
            @Override
            public String[] Modalities() {
                return modalities;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return ModalityFilter.Config.class;
            }
        };
    }
}
