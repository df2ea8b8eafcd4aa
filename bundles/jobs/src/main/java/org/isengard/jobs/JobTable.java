package org.isengard.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.isengard.api.ErrorCode;
import org.isengard.api.job.JobState;

/**
 * All jobs with their states, and the places in which they run. This class only decides: it starts no thread, writes no
 * file and calls no code of a job.
 *
 * <p>Threading: {@link DurableJobEngine} holds its lock for each call.
 */
final class JobTable {
    private static final Comparator<Entry> BEST = Comparator.<Entry>comparingInt(entry -> entry.priority)
            .thenComparing(entry -> entry.order, Comparator.reverseOrder());

    private final int places;
    private final int history;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<Entry> unsaved = new LinkedHashSet<>();
    private long lastOrder;
    private int running;

    /** Jobs whose wait for another one is over and that take the next free place. */
    private int returning;

    /**
     * @param places how many jobs run at once
     * @param history how many ended jobs are remembered
     */
    JobTable(int places, int history) {
        this.places = places;
        this.history = history;
    }

    long nextOrder() {
        return ++lastOrder;
    }

    void put(Entry entry) {
        entries.put(entry.id, entry);
        lastOrder = Math.max(lastOrder, entry.order);
    }

    Entry get(String id) {
        return entries.get(id);
    }

    boolean contains(Entry entry) {
        return entries.get(entry.id) == entry;
    }

    Collection<Entry> all() {
        return entries.values();
    }

    List<String> ids() {
        return List.copyOf(entries.keySet());
    }

    /** {@return the job that runs on a thread, null for none} */
    Entry running(Thread thread) {
        return entries.values().stream()
                .filter(entry -> entry.thread == thread)
                .findFirst()
                .orElse(null);
    }

    /** {@return the pending job to start next; empty when there is none, or no place is free} */
    Optional<Entry> next(Predicate<String> isInstalled) {
        return running + returning < places
                ? entries.values().stream()
                        .filter(entry -> entry.state == JobState.PENDING && isInstalled.test(entry.type))
                        .max(BEST)
                : Optional.empty();
    }

    /** Gives a place to a pending job. {@return the number of this run} */
    int start(Entry entry, Thread thread, Instant now) {
        running++;
        entry.state = JobState.RUNNING;
        entry.wish = Entry.Wish.NONE;
        entry.started = now;
        entry.error = null;
        entry.thrown = null;
        entry.details = "";
        entry.thread = thread;
        return ++entry.run;
    }

    /** {@return false when the job is not one that can be paused; a running one pauses at its next checkpoint} */
    boolean pause(Entry entry) {
        if (entry.state == JobState.PENDING || entry.state == JobState.RETRY) {
            entry.state = JobState.PAUSED;
            unsaved.add(entry);
            return true;
        }
        if (entry.state == JobState.RUNNING && entry.wish == Entry.Wish.NONE) {
            entry.wish = Entry.Wish.PAUSE;
            return true;
        }
        return false;
    }

    /** {@return false when the job is not paused} */
    boolean resume(Entry entry) {
        if (entry.state != JobState.PAUSED) {
            return false;
        }
        entry.state = JobState.PENDING;
        unsaved.add(entry);
        return true;
    }

    /** Makes a failed job pending again from its start. */
    void restart(Entry entry) {
        entry.state = JobState.PENDING;
        entry.settled = false;
        entry.error = null;
        entry.thrown = null;
        entry.details = "";
        entry.completed = null;
        entry.progress = 0;
        entry.runtime = Duration.ZERO;
        unsaved.add(entry);
    }

    /** Takes the place of a running job; it waits for what its new state says. */
    void release(Entry entry, JobState state, Instant now) {
        leave(entry, now);
        entry.state = state;
        unsaved.add(entry);
    }

    /** Ends a job, with success when there is no error, and forgets the oldest ended ones. */
    void end(Entry entry, ErrorCode error, String details, Instant now) {
        leave(entry, now);
        entry.run++;
        entry.state = error == null ? JobState.SUCCESS : JobState.FAILURE;
        entry.error = error;
        entry.details = details;
        entry.completed = now;
        unsaved.add(entry);
        for (Entry waiting : entries.values()) {
            if (waiting.lent && entry.id.equals(waiting.awaits)) {
                waiting.awaits = null;
                returning++;
            }
        }
        List<Entry> ended = entries.values().stream()
                .filter(other -> other.state.isFinal())
                .sorted(Comparator.comparing((Entry other) -> other.completed))
                .toList();
        ended.subList(0, Math.max(0, ended.size() - history)).forEach(this::forget);
    }

    void forget(Entry entry) {
        entries.remove(entry.id);
        unsaved.add(entry);
    }

    private void leave(Entry entry, Instant now) {
        if (entry.thread != null) {
            if (entry.lent) {
                endWait(entry);
            } else {
                running--;
            }
            entry.thread = null;
            entry.runtime = entry.runtime.plus(Duration.between(entry.started, now));
            entry.started = null;
        }
    }

    /** Gives the place of a running job to others until another job has ended. */
    void lend(Entry waiting, String awaited) {
        running--;
        waiting.lent = true;
        waiting.awaits = awaited;
    }

    /** {@return whether a run of a job is without its place and must wait for a free one; null waits for nothing} */
    boolean mustWait(Entry waiting, int run) {
        return isLent(waiting, run) && running >= places;
    }

    /** Gives a run of a job its place back, be one free or not. */
    void occupy(Entry waiting, int run) {
        if (isLent(waiting, run)) {
            endWait(waiting);
            running++;
        }
    }

    private static boolean isLent(Entry waiting, int run) {
        return waiting != null && waiting.run == run && waiting.lent;
    }

    private void endWait(Entry waiting) {
        if (waiting.awaits == null) {
            returning--;
        }
        waiting.awaits = null;
        waiting.lent = false;
    }

    /** Notes that a job has to be stored. */
    void changed(Entry entry) {
        unsaved.add(entry);
    }

    List<Entry> unsaved() {
        return List.copyOf(unsaved);
    }

    /** {@return whether a job has to be stored; it is noted as stored} */
    boolean takeUnsaved(Entry entry) {
        return unsaved.remove(entry);
    }
}
