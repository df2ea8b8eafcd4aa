package org.isengard.samples.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.annotation.Annotation;
import java.util.List;
import org.isengard.api.ResourceLevel;
import org.isengard.api.event.ResourceListener;
import org.isengard.testkit.FakeRest;
import org.isengard.testkit.FakeServer;
import org.isengard.testkit.TestInstance;
import org.junit.jupiter.api.Test;

class StudyForwarderTest {
    @Test
    void aStudyIsSentOnceItIsComplete() throws Exception {
        FakeServer server = new FakeServer();
        server.rest().answer("POST", "/modalities/{name}/store", 200, "{}");
        StudyForwarder forwarder = new StudyForwarder(config("archive"), server.rest());
        server.add((ResourceListener) forwarder);
        String study = server.store(TestInstance.file(TestInstance.dataset("patient", "study", "series", 1)))
                .ids()
                .study();
        server.becomeStable(ResourceLevel.STUDY, study);
        forwarder.stop();
        assertEquals(
                List.of(new FakeRest.Call(
                        "POST",
                        "/modalities/archive/store",
                        "{\"Resources\": [\"" + study + "\"], \"Asynchronous\": true}")),
                server.rest().calls());
    }

    private static StudyForwarder.Config config(String modality) {
        return new StudyForwarder.Config() {
            @Override
            public String Modality() {
                return modality;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return StudyForwarder.Config.class;
            }
        };
    }
}
