package org.isengard.rest.kit.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.security.AuditLog;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
    private static final class Memory implements AuditLog {
        private final List<String> actions = new ArrayList<>();

        @Override
        public boolean isEnabled() {
            return true;
        }

        @Override
        public Event identified(Event event) {
            return event.of("patient", "study");
        }

        @Override
        public void record(Event event) {
            if (event.action().equals("refused")) {
                throw new IllegalStateException("on purpose");
            }
            actions.add(event.action());
        }

        @Override
        public List<String> verify() {
            return List.of();
        }
    }

    private static AuditLog.Event event(String action) {
        return new AuditLog.Event(Instant.EPOCH, "user", "127.0.0.1", action, "", "", "", "", "", "");
    }

    @Test
    void eventsAreKeptWhileTheAuditIsSwapped() {
        AuditTrail trail = new AuditTrail(true);
        Memory first = new Memory();
        trail.record(event("before the start"));
        trail.bindLog(first);
        trail.record(event("1"));
        trail.unbindLog(first);
        trail.record(event("2"));
        trail.record(event("3"));
        Memory second = new Memory();
        trail.bindLog(second);
        trail.record(event("4"));
        assertEquals(List.of("before the start", "1"), first.actions);
        assertEquals(List.of("2", "3", "4"), second.actions);
    }

    @Test
    void anEventThatCannotBeWrittenHarmsNobody() {
        AuditTrail trail = new AuditTrail(true);
        Memory log = new Memory();
        trail.record(event("refused"));
        trail.record(event("1"));
        trail.bindLog(log);
        trail.record(event("refused"));
        trail.record(event("2"));
        assertEquals(List.of("1", "2"), log.actions);
    }

    @Test
    void withoutTheOptionNothingIsKept() {
        AuditTrail trail = new AuditTrail(false);
        trail.record(event("1"));
        Memory log = new Memory();
        trail.bindLog(log);
        assertEquals(List.of(), log.actions);
        assertEquals("patient", trail.identified(event("2")).patientId());
    }
}
