package org.isengard.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.job.JobState;
import org.isengard.api.security.Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The states of jobs and the places in which they run, without threads and files. */
class JobTableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final JobTable table = new JobTable(1, 2);

    private Entry add(String id, int priority) {
        Entry entry = new Entry(id, "Type", priority, null, NOW, table.nextOrder(), Identity.SERVER);
        table.put(entry);
        return entry;
    }

    private Optional<Entry> next() {
        return table.next(type -> true);
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING, true, PAUSED",
        "RETRY, true, PAUSED",
        "PAUSED, false, PAUSED",
        "SUCCESS, false, SUCCESS",
        "FAILURE, false, FAILURE"
    })
    void whatWaitsCanBePaused(JobState before, boolean paused, JobState after) {
        Entry entry = add("a", 0);
        entry.state = before;
        assertEquals(paused, table.pause(entry));
        assertEquals(after, entry.state);
    }

    @Test
    void aRunningJobPausesAtItsNextCheckpoint() {
        Entry entry = add("a", 0);
        table.start(entry, new Thread(), NOW);
        assertTrue(table.pause(entry));
        assertEquals(JobState.RUNNING, entry.state);
        assertEquals(Entry.Wish.PAUSE, entry.wish);
        assertFalse(table.resume(entry));
        table.release(entry, JobState.PAUSED, NOW);
        assertTrue(table.resume(entry));
        assertEquals(JobState.PENDING, entry.state);
    }

    @Test
    void theBestPendingJobIsNextWhileAPlaceIsFree() {
        Entry first = add("a", 0);
        add("b", 0);
        Entry urgent = add("c", 1);
        assertEquals(Optional.of(urgent), next());
        assertEquals(Optional.empty(), table.next(type -> false));
        table.start(urgent, new Thread(), NOW);
        assertEquals(Optional.empty(), next());
        table.end(urgent, null, "", NOW);
        assertEquals(JobState.SUCCESS, urgent.state);
        assertEquals(Optional.of(first), next());
    }

    @Test
    void aJobThatWaitedComesBeforePendingOnes() {
        Entry outer = add("outer", 0);
        int run = table.start(outer, new Thread(), NOW);
        Entry inner = add("inner", 0);
        Entry third = add("third", 9);
        table.lend(outer, "inner");
        assertEquals(Optional.of(third), next());
        table.start(inner, new Thread(), NOW);
        assertTrue(table.mustWait(outer, run));
        table.end(inner, ErrorCode.NETWORK_PROTOCOL, "", NOW);
        assertEquals(Optional.empty(), next());
        assertFalse(table.mustWait(outer, run));
        table.occupy(outer, run);
        table.occupy(outer, run);
        assertEquals(Optional.empty(), next());
        table.end(outer, null, "", NOW);
        assertEquals(Optional.of(third), next());
    }

    @Test
    void aWaitingJobThatEndsTakesNoPlaceBack() {
        Entry outer = add("outer", 0);
        int run = table.start(outer, new Thread(), NOW);
        Entry other = add("other", 0);
        table.lend(outer, "inner");
        table.end(outer, ErrorCode.CANCELED_JOB, "", NOW);
        table.occupy(outer, run);
        assertEquals(Optional.of(other), next());
    }

    @Test
    void theOldestEndedJobsAreForgotten() {
        for (String id : List.of("a", "b", "c")) {
            Entry entry = add(id, 0);
            table.start(entry, new Thread(), NOW);
            table.end(entry, null, "", NOW);
        }
        assertNull(table.get("a"));
        assertEquals(List.of("b", "c"), table.ids());
        assertEquals(3, table.unsaved().size());
    }
}
