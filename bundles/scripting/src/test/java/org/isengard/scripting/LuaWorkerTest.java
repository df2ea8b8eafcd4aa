package org.isengard.scripting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

class LuaWorkerTest {
    private static final long PATIENCE = 60_000;

    private static LuaSession session() {
        return new LuaSession(
                new LuaSession.Limits(500, 64L << 20),
                new ScriptOutput(),
                Map.of("_ConfigurationJson", a -> "{\"a\":1}"));
    }

    private static String run(LuaWorker worker, String script) {
        return worker.call(
                lua -> new String(lua.run(script.getBytes(StandardCharsets.UTF_8), "t"), StandardCharsets.UTF_8),
                PATIENCE);
    }

    @Test
    void globalsPersistAndErrorsDoNotHarm() {
        try (LuaWorker worker = new LuaWorker("t", LuaWorkerTest::session)) {
            assertEquals("", run(worker, "x = GetOrthancConfiguration().a"));
            assertThrows(ScriptError.class, () -> run(worker, "error('no')"));
            assertThrows(ScriptError.class, () -> run(worker, "while true do end"));
            assertEquals("1\n", run(worker, "print(x)"));
        }
    }

    @Test
    void aLuaThatEndedIsMadeAnew() {
        try (LuaWorker worker = new LuaWorker("t", LuaWorkerTest::session)) {
            run(worker, "x = 1");
            ScriptError error = assertThrows(
                    ScriptError.class, () -> run(worker, "return ('a'):rep(300):find(('.-'):rep(30) .. 'b')"));
            assertTrue(error.isFatal());
            assertEquals("nil\n", run(worker, "print(x)"));
        }
    }

    @Test
    void aCircleOfWorkersIsRefused() {
        try (LuaWorker first = new LuaWorker("first", LuaWorkerTest::session);
                LuaWorker second = new LuaWorker("second", LuaWorkerTest::session)) {
            IsengardException refused = first.call(
                    lua -> second.call(
                            other ->
                                    assertThrows(IsengardException.class, () -> first.call(again -> "never", PATIENCE)),
                            PATIENCE),
                    PATIENCE);
            assertEquals(ErrorCode.BAD_SEQUENCE_OF_CALLS, refused.error());
            assertEquals("inside", first.call(lua -> first.call(again -> "inside", PATIENCE), PATIENCE));
        }
    }

    @Test
    void whoWaitsTooLongIsTold() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> order = new CompletableFuture<>();
        StringBuilder done = new StringBuilder();
        try (LuaWorker worker = new LuaWorker("t", LuaWorkerTest::session)) {
            worker.post("slow", lua -> {
                try {
                    release.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            IsengardException busy =
                    assertThrows(IsengardException.class, () -> worker.call(lua -> done.append("given up"), 50));
            assertEquals(ErrorCode.SERVICE_UNAVAILABLE, busy.error());
            for (int i = 0; i < 5; i++) {
                String number = "" + i;
                worker.post("number", lua -> done.append(number));
            }
            worker.post("end", lua -> order.complete(done.toString()));
            release.countDown();
            assertEquals("01234", order.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void theListOfOperationsIsReadAndBegunAgainAsInOrthanc() {
        try (LuaWorker worker = new LuaWorker("t", LuaWorkerTest::session)) {
            String json = worker.call(
                    lua -> {
                        byte[] printed = lua.run(
                                ("SendToPeer('gone', 'p') _InitializeJob() SendToModality('a', 'm', 'ME') CallSystem('a', 'c', {'x'})"
                                                + " print(Delete('a')) print(DumpJson(_AccessJob(), true)) _InitializeJob()")
                                        .getBytes(StandardCharsets.UTF_8),
                                "t");
                        return new String(printed, StandardCharsets.UTF_8) + lua.takeOperations();
                    },
                    PATIENCE);
            assertEquals(
                    "nil\n[{\"LocalAet\":\"ME\",\"Modality\":\"m\",\"Operation\":\"store-scu\",\"Resource\":\"a\"},"
                            + "{\"Arguments\":[\"x\"],\"Command\":\"c\",\"Operation\":\"call-system\",\"Resource\":\"a\"},"
                            + "{\"Operation\":\"delete\",\"Resource\":\"a\"}]\n[]",
                    json);
        }
    }

    @Test
    void operationsAreInOrderAndNamedByWhatTheyMade() {
        try (LuaWorker worker = new LuaWorker("t", LuaWorkerTest::session)) {
            String json = worker.call(
                    lua -> {
                        lua.run(
                                "Delete(SendToModality(ModifyInstance('i', {A = 'b', N = '007'}, {'C'}, true), 'm', 'ME'))"
                                        .getBytes(StandardCharsets.UTF_8),
                                "t");
                        return lua.takeOperations() + " " + lua.takeOperations();
                    },
                    PATIENCE);
            assertEquals(
                    "[{\"Operation\":\"modify-instance\",\"Remove\":[\"C\"],\"RemovePrivateTags\":true,"
                            + "\"Replace\":{\"A\":\"b\",\"N\":\"007\"},\"Resource\":\"i\"},"
                            + "{\"LocalAet\":\"ME\",\"Operation\":\"store-scu\",\"Resource\":\"\",\"Target\":\"m\"},"
                            + "{\"Operation\":\"delete\",\"Resource\":\"\"}] []",
                    json);
        }
    }

    @Test
    void whoWaitsForALuaThatLeavesIsToldAtOnce() throws Exception {
        LuaWorker worker = new LuaWorker("t", LuaWorkerTest::session);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        worker.post("busy", lua -> {
            busy.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        busy.await();
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> run(worker, "print(1)"));
        while (worker.waiting() == 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        long start = System.nanoTime();
        worker.close(1);
        assertUnavailable(() -> waiting.get(PATIENCE, TimeUnit.MILLISECONDS));
        goOn.countDown();
        assertUnavailable(() -> run(worker, "print(1)"));
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
    }

    private static void assertUnavailable(org.junit.jupiter.api.function.Executable call) {
        Throwable thrown = assertThrows(Exception.class, call);
        Throwable cause = thrown instanceof IsengardException ? thrown : thrown.getCause();
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, ((IsengardException) cause).error());
    }
}
