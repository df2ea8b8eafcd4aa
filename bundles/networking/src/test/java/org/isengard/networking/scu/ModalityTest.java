package org.isengard.networking.scu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;

class ModalityTest {
    private static Modality of(String manufacturer) {
        return Modality.parse("{\"m\": [\"AET\", \"host\", 104, \"" + manufacturer + "\"]}")
                .get(0);
    }

    private static JsonNode json(String text) throws IOException {
        return Json.MAPPER.readTree(text);
    }

    @Test
    void someModalitiesAreNotAskedForAStar() {
        for (VR vr : new VR[] {VR.PN, VR.DA, VR.TM}) {
            assertEquals(true, of("Generic").takesUniversalWildcard(vr));
            assertEquals(false, of("GenericNoUniversalWildcard").takesUniversalWildcard(vr));
            // As Orthanc does: times are no dates.
            assertEquals(vr != VR.DA, of("GenericNoWildcardInDates").takesUniversalWildcard(vr));
        }
    }

    @Test
    void oneOperationMayGoElsewhere() throws Exception {
        Modality modality = of("Generic");
        assertEquals(modality, modality.elsewhere(json("{}")));
        Modality other = modality.elsewhere(json("{\"Host\": \"there\", \"Port\": 11112, \"CalledAet\": \"OTHER\"}"));
        assertEquals("there", other.host());
        assertEquals(11112, other.port());
        assertEquals("OTHER", other.aet());
        assertEquals(modality.permissions(), other.permissions());
        var e = assertThrows(IsengardException.class, () -> modality.elsewhere(json("{\"Port\": 0}")));
        assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, e.error());
        assertThrows(IsengardException.class, () -> modality.elsewhere(json("{\"Host\": 3}")));
    }
}
