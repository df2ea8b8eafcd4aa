package org.isengard.transform.modify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class ModificationsTest {
    @Test
    void threadsAreThoseOfTheOption() {
        assertEquals(4, Modifications.threads("{}"));
        assertEquals(4, Modifications.threads("{\"Archive\": 9}"));
        assertEquals(3, Modifications.threads("{\"ResourceModification\": 3}"));
        assertEquals(
                Runtime.getRuntime().availableProcessors(), Modifications.threads("{\"ResourceModification\": 0}"));
    }

    @Test
    void aWrongNumberOfThreadsIsNamed() {
        for (String wrong : List.of("-1", "257", "\"x\"", "1e20")) {
            IsengardException e = assertThrows(
                    IsengardException.class, () -> Modifications.threads("{\"ResourceModification\": " + wrong + "}"));
            assertTrue(e.details().contains("JobsEngineThreadsCount.ResourceModification"), e.details());
        }
        assertThrows(IsengardException.class, () -> Modifications.threads("{"));
    }
}
