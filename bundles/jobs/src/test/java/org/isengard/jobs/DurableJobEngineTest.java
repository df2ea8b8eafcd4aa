package org.isengard.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.api.job.JobRequest;
import org.isengard.api.job.JobRetry;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobType;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DurableJobEngineTest {
    private static final JobRequest SYNC = new JobRequest(true, 0, false, null);

    /** Counts to ten; each number is an effect that must happen once. */
    private static class Counting implements Job, JobType {
        final List<Integer> effects;
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile int at;
        volatile boolean waiting;
        volatile int failAt = -1;
        volatile int retryAt = -1;
        volatile long retryMillis = 1;

        Counting(List<Integer> effects, int at) {
            this.effects = effects;
            this.at = at;
        }

        @Override
        public String name() {
            return "Counting";
        }

        @Override
        public Job restore(JsonNode state) {
            return new Counting(effects, state.asInt());
        }

        @Override
        public String type() {
            return "Counting";
        }

        @Override
        public Optional<JsonNode> state() {
            return Optional.of(IntNode.valueOf(at));
        }

        @Override
        public ObjectNode content() {
            return JsonNodeFactory.instance.objectNode().put("At", at);
        }

        @Override
        public void reset() {
            at = 0;
            failAt = -1;
        }

        @Override
        public void run(JobControl control) throws IOException {
            while (at < 10) {
                if (at == 5) {
                    waiting = true;
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                if (at == retryAt) {
                    retryAt = -1;
                    throw new JobRetry(
                            Duration.ofMillis(retryMillis),
                            new IsengardException(ErrorCode.NETWORK_PROTOCOL, "not now"));
                }
                if (at == failAt) {
                    throw new IsengardException(ErrorCode.NETWORK_PROTOCOL, "nobody there");
                }
                control.checkpoint();
                effects.add(at++);
                control.progress(at / 10.0);
                control.save();
            }
        }
    }

    @TempDir
    Path directory;

    private final List<DurableJobEngine> engines = new ArrayList<>();
    private final List<Integer> effects = Collections.synchronizedList(new ArrayList<>());

    private Counting job() {
        return new Counting(effects, 0);
    }

    private DurableJobEngine engine(int places) throws IOException {
        DurableJobEngine engine = new DurableJobEngine(places, 3, directory);
        engine.addType(job());
        engines.add(engine);
        return engine;
    }

    /** An engine stores the end of a job after it has told the end; the directory goes only then. */
    @AfterEach
    void stopEngines() throws InterruptedException {
        for (DurableJobEngine engine : engines) {
            engine.stop();
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }

    private static JobState state(DurableJobEngine engine, String id) {
        return engine.status(id).orElseThrow().state();
    }

    @Test
    void aJobThatWantsToTryLaterGivesItsPlaceAndGoesOnWhereItWas() throws Exception {
        DurableJobEngine engine = engine(1);
        Counting job = job();
        job.retryAt = 4;
        assertEquals(10, engine.execute(job, SYNC).get("At").asInt());
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), effects);

        Counting late = job();
        late.retryAt = 4;
        late.retryMillis = 3_600_000;
        String id = engine.submit(late, JobRequest.DEFAULT);
        until(() -> state(engine, id) == JobState.RETRY);
        assertEquals("not now", engine.status(id).orElseThrow().details());
        assertEquals(10, engine.execute(job(), SYNC).get("At").asInt());
        assertTrue(engine.pause(id));
        assertTrue(engine.resume(id));
        until(() -> state(engine, id) == JobState.SUCCESS);
        assertTrue(engine.status(id).orElseThrow().error().isEmpty());

        Counting never = job();
        never.retryAt = 4;
        never.retryMillis = 3_600_000;
        String canceled = engine.submit(never, JobRequest.DEFAULT);
        until(() -> state(engine, canceled) == JobState.RETRY);
        assertTrue(engine.cancel(canceled));
        assertEquals(JobState.FAILURE, state(engine, canceled));
        engine.stop();
    }

    /** Executes another job and waits for it, as a job does that calls a synchronous route of REST. */
    private class Nesting implements Job, JobType {
        private final DurableJobEngine engine;
        private final int depth;
        volatile boolean done;

        Nesting(DurableJobEngine engine, int depth) {
            this.engine = engine;
            this.depth = depth;
        }

        @Override
        public String name() {
            return "Nesting";
        }

        @Override
        public Job restore(JsonNode state) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String type() {
            return "Nesting";
        }

        @Override
        public Optional<JsonNode> state() {
            return Optional.empty();
        }

        @Override
        public ObjectNode content() {
            return JsonNodeFactory.instance.objectNode();
        }

        @Override
        public void run(JobControl control) {
            engine.execute(depth == 0 ? job() : new Nesting(engine, depth - 1), SYNC);
            control.checkpoint();
            done = true;
        }
    }

    @Test
    void aJobThatWaitsForAnotherGivesItsPlaceMeanwhile() throws Exception {
        DurableJobEngine engine = engine(1);
        engine.addType(new Nesting(engine, 0));
        Nesting outer = new Nesting(engine, 2);
        engine.execute(outer, SYNC);
        assertTrue(outer.done);
        // Afterwards there is one place again, not more and not less.
        Counting stuck = job();
        stuck.gate = new CountDownLatch(1);
        String first = engine.submit(stuck, JobRequest.DEFAULT);
        until(() -> stuck.waiting);
        String second = engine.submit(job(), JobRequest.DEFAULT);
        assertEquals(JobState.PENDING, state(engine, second));
        stuck.gate.countDown();
        until(() -> state(engine, first) == JobState.SUCCESS && state(engine, second) == JobState.SUCCESS);
        engine.stop();
    }

    @Test
    void aWaitingJobThatIsCancelledLeavesOnePlace() throws Exception {
        DurableJobEngine engine = engine(1);
        engine.addType(new Nesting(engine, 0));
        Counting inner = job();
        inner.gate = new CountDownLatch(1);
        Nesting outer = new Nesting(engine, 0) {
            @Override
            public void run(JobControl control) {
                engine.execute(inner, SYNC);
            }
        };
        String id = engine.submit(outer, JobRequest.DEFAULT);
        until(() -> inner.waiting);
        assertTrue(engine.cancel(id));
        String later = engine.submit(job(), JobRequest.DEFAULT);
        assertEquals(JobState.PENDING, state(engine, later));
        inner.gate.countDown();
        until(() -> state(engine, later) == JobState.SUCCESS);
        engine.stop();
    }

    @Test
    void aSlowJobDelaysNobodyElse() throws Exception {
        DurableJobEngine engine = engine(2);
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Counting job = new Counting(effects, 0) {
            @Override
            public ObjectNode content() {
                if (waiting) {
                    asked.countDown();
                    try {
                        slow.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return super.content();
            }
        };
        job.gate = new CountDownLatch(1);
        String id = engine.submit(job, JobRequest.DEFAULT);
        until(() -> job.waiting);
        Thread reader = new Thread(() -> engine.status(id));
        reader.start();
        asked.await();
        assertEquals(1, engine.ids().size());
        assertEquals(10, engine.execute(job(), SYNC).get("At").asInt());
        slow.countDown();
        reader.join();
        job.gate.countDown();
        until(() -> state(engine, id) == JobState.SUCCESS);
        engine.stop();
    }

    @Test
    void aSynchronousJobAnswersItsContentOrItsError() throws Exception {
        DurableJobEngine engine = engine(1);
        assertEquals(10, engine.execute(job(), SYNC).get("At").asInt());
        Counting failing = job();
        failing.failAt = 3;
        IsengardException e = assertThrows(IsengardException.class, () -> engine.execute(failing, SYNC));
        assertEquals(ErrorCode.NETWORK_PROTOCOL, e.error());
        String id = engine.ids().get(1);
        assertEquals("nobody there", engine.status(id).orElseThrow().details());
        assertTrue(engine.resubmit(id));
        until(() -> state(engine, id) == JobState.SUCCESS);
        assertFalse(engine.resume(id));
    }

    @Test
    void theHighestPriorityRunsFirstAndTheOldestAmongEquals() throws Exception {
        DurableJobEngine engine = engine(1);
        Counting first = job();
        first.gate = new CountDownLatch(1);
        engine.submit(first, JobRequest.DEFAULT);
        until(() -> first.waiting);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        engine.addListener(status -> {
            if (status.state().isFinal()) {
                order.add(
                        status.userData() == null ? "first" : status.userData().asText());
            }
        });
        for (String name : List.of("a:0", "b:5", "c:0", "d:-1")) {
            int priority = Integer.parseInt(name.substring(2));
            engine.submit(job(), new JobRequest(false, priority, false, JsonNodeFactory.instance.textNode(name)));
        }
        first.gate.countDown();
        until(() -> order.size() == 5);
        assertEquals(List.of("first", "b:5", "a:0", "c:0", "d:-1"), order);
        assertEquals(3, engine.ids().size(), "the history is bounded");
    }

    @Test
    void aStuckJobIsCancelledAndItsPlaceIsFreeAtOnce() throws Exception {
        DurableJobEngine engine = engine(1);
        Counting stuck = job();
        stuck.gate = new CountDownLatch(1);
        String id = engine.submit(stuck, JobRequest.DEFAULT);
        until(() -> stuck.waiting);
        assertTrue(engine.cancel(id));
        assertEquals(
                ErrorCode.CANCELED_JOB, engine.status(id).orElseThrow().error().orElseThrow());
        assertEquals(10, engine.execute(job(), SYNC).get("At").asInt());
        assertEquals(JobState.FAILURE, state(engine, id));
    }

    @Test
    void aPausedJobGoesOnWhereItWas() throws Exception {
        DurableJobEngine engine = engine(1);
        Counting paused = job();
        paused.gate = new CountDownLatch(1);
        String id = engine.submit(paused, JobRequest.DEFAULT);
        until(() -> paused.waiting);
        assertTrue(engine.pause(id));
        paused.gate.countDown();
        until(() -> state(engine, id) == JobState.PAUSED);
        assertTrue(engine.resume(id));
        until(() -> state(engine, id) == JobState.SUCCESS);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), effects);
    }

    @Test
    void aJobWaitsForItsTypeAndSurvivesItsSwap() throws Exception {
        DurableJobEngine engine = new DurableJobEngine(1, 3, directory);
        String id = engine.submit(job(), JobRequest.DEFAULT);
        assertEquals(JobState.PENDING, state(engine, id));
        Counting type = job();
        engine.addType(type);
        until(() -> state(engine, id) == JobState.SUCCESS);
        engine.removeType(type);
        assertEquals(10, engine.status(id).orElseThrow().content().get("At").asInt());
        String waiting = engine.submit(job(), JobRequest.DEFAULT);
        Thread.sleep(20);
        assertEquals(JobState.PENDING, state(engine, waiting));
    }

    @Test
    void aJobSubmittedWhileItsTypeIsAwayIsMadeAnewByTheNextOne() throws Exception {
        DurableJobEngine engine = new DurableJobEngine(1, 10, directory);
        List<Integer> old = Collections.synchronizedList(new ArrayList<>());
        List<Integer> fresh = Collections.synchronizedList(new ArrayList<>());
        String id = engine.submit(new Counting(old, 4), JobRequest.DEFAULT);
        engine.addType(new Counting(fresh, 0));
        until(() -> engine.status(id).orElseThrow().state() == JobState.SUCCESS);
        assertEquals(List.of(), old);
        assertEquals(List.of(4, 5, 6, 7, 8, 9), fresh);
        engine.stop();
    }

    @Test
    void aCrashRepeatsNothingThatWasSaved() throws Exception {
        DurableJobEngine killed = engine(1);
        Counting interrupted = job();
        interrupted.gate = new CountDownLatch(1);
        String id = killed.submit(interrupted, JobRequest.DEFAULT);
        until(() -> interrupted.waiting);
        // A second engine on the same files stands for the server after its crash.
        DurableJobEngine next = engine(1);
        until(() -> state(next, id) == JobState.SUCCESS);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), effects);
        AtomicInteger left = new AtomicInteger();
        next.ids().forEach(other -> left.addAndGet(next.delete(other) ? 1 : 0));
        assertEquals(1, left.get());
        // Its thread waits for ever, which the end of a process would not mind.
        assertTrue(killed.cancel(id));
    }

    /** A job works for the user who submitted it, after a restart too, and nobody else but an administrator sees it. */
    @Test
    void aJobHasTheRightsOfItsUser() throws Exception {
        List<Identity> seen = Collections.synchronizedList(new ArrayList<>());
        class Seeing extends Counting {
            Seeing(List<Integer> effects, int at) {
                super(effects, at);
            }

            @Override
            public Job restore(JsonNode state) {
                return new Seeing(effects, state.asInt());
            }

            @Override
            public void run(JobControl control) throws IOException {
                seen.add(Identity.current());
                super.run(control);
            }
        }
        Identity alice = new Identity("alice", Set.of("view"), Visibility.ofLabels(Set.of("A")));
        Identity bob = new Identity("bob", Set.of("view"), Visibility.EVERYTHING);
        DurableJobEngine killed = engine(1);
        Seeing interrupted = new Seeing(effects, 0);
        interrupted.gate = new CountDownLatch(1);
        String id = alice.run(() -> killed.submit(interrupted, JobRequest.DEFAULT));
        until(() -> interrupted.waiting);
        assertEquals(List.of(id), alice.run(killed::ids));
        assertEquals(List.of(), bob.run(killed::ids));
        assertTrue(bob.run(() -> killed.status(id)).isEmpty());
        assertFalse(bob.run(() -> killed.cancel(id)));
        assertTrue(bob.run(() -> killed.output(id, "x")).isEmpty());
        assertEquals(List.of(id), killed.ids());
        DurableJobEngine next = engine(1);
        next.addType(new Seeing(effects, 0));
        until(() -> state(next, id) == JobState.SUCCESS);
        assertEquals(alice, seen.get(0));
        assertEquals(List.of(id), alice.run(next::ids));
        assertEquals(List.of(), bob.run(next::ids));
        assertTrue(killed.cancel(id));
    }

    @Test
    void aDamagedFileIsSetAside() throws Exception {
        Files.writeString(directory.resolve("broken.json"), "{\"id\":");
        assertEquals(List.of(), engine(1).ids());
        assertTrue(Files.exists(directory.resolve("broken.json.bad")));
    }
}
