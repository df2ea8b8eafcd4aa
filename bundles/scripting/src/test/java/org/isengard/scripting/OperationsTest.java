package org.isengard.scripting;

import static org.isengard.scripting.RestStub.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OperationsTest {
    private static final String SEND_AND_DELETE = """
            [{"Operation":"store-scu","Target":"sink","Resource":"i"},{"Operation":"delete","Resource":""}]""";

    private static final String SEND = "POST /modalities/sink/store";

    @TempDir
    Path parent;

    private Path directory;
    private PendingActionFiles files;
    private final RestStub rest = new RestStub();
    private int kept = 200;

    @BeforeEach
    void server() {
        directory = parent.resolve("actions");
        files = new PendingActionFiles(directory);
        rest.script = (call, body) -> switch (call) {
            case "GET /instances/i" -> of(kept, "{}");
            case "GET /changes?limit=1", "GET /instances?since=0&limit=1" -> of(200, "{}");
            case "GET /jobs?expand" -> of(200, "[]");
            case "GET /modalities/sink/store" -> of(405, "");
            case SEND, "DELETE /instances/i" -> of(200, "{}");
            default -> of(404, "");
        };
    }

    private static JsonNode json(String text) throws Exception {
        return Json.MAPPER.readTree(text);
    }

    private Operations operations() {
        return new Operations(rest.functions(), () -> null, false, files);
    }

    private List<Path> undone() throws Exception {
        try (Stream<Path> found = Files.list(directory)) {
            return found.toList();
        }
    }

    /** Waits until everything is done. */
    private void done() throws Exception {
        while (!undone().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** What an earlier run left. */
    private void left(String operations, int next, String made) throws Exception {
        PendingAction action = new PendingAction(files.nextName(), "i", json(operations));
        action.next = next;
        action.made = made;
        files.save(action);
    }

    private RestStub.Script otherwise(String call, RestStub.Script answer) {
        RestStub.Script usual = rest.script;
        return (asked, body) -> asked.equals(call) ? answer.answer(asked, body) : usual.answer(asked, body);
    }

    @Test
    void stepsAreDoneInOrderAndNothingIsLeft() throws Exception {
        Operations operations = operations();
        operations.submit("i", json(SEND_AND_DELETE));
        done();
        assertTrue(rest.calls.indexOf(SEND) < rest.calls.indexOf("DELETE /instances/i"), "" + rest.calls);
        operations.close(1000);
    }

    @Test
    void whenAStepFailsTheRestIsLeftUndone() throws Exception {
        rest.script = otherwise(SEND, (call, body) -> of(500, ""));
        Operations operations = operations();
        operations.submit("i", json(SEND_AND_DELETE));
        done();
        assertEquals(0, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }

    @Test
    void aStepThatWasDoneIsNotDoneAgain() throws Exception {
        left(SEND_AND_DELETE, 1, "i");
        Operations operations = operations();
        done();
        assertEquals(0, rest.count(SEND));
        assertEquals(1, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }

    @Test
    void aStepWhoseJobWasTakenIsNotSubmittedAgain() throws Exception {
        left(SEND_AND_DELETE, 0, "");
        String name = undone().get(0).getFileName().toString().replace(".json", "");
        rest.script = otherwise(
                "GET /jobs?expand",
                (call, body) -> of(
                        200, "[{\"State\":\"Success\",\"UserData\":{\"Script\":\"" + name + "/0\"},\"Content\":{}}]"));
        Operations operations = operations();
        done();
        assertEquals(0, rest.count(SEND));
        assertEquals(1, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }

    @Test
    void whatWasLeftWaitsForTheServer() throws Exception {
        left(SEND_AND_DELETE, 0, "");
        rest.script = otherwise("GET /changes?limit=1", (call, body) -> of(rest.count(call) < 4 ? 503 : 200, "{}"));
        Operations operations = operations();
        done();
        assertEquals(1, rest.count(SEND));
        operations.close(1000);
    }

    @Test
    void whatIsAskedWhileTheServerStartsWaitsForItsRoutes() throws Exception {
        rest.script = otherwise("GET /modalities/sink/store", (call, body) -> of(rest.count(call) < 3 ? 404 : 405, ""));
        rest.script =
                otherwise("GET /instances?since=0&limit=1", (call, body) -> of(rest.count(call) < 3 ? 404 : 200, "[]"));
        rest.script =
                otherwise(SEND, (call, body) -> of(rest.count("GET /modalities/sink/store") < 3 ? 404 : 200, "{}"));
        Operations operations = operations();
        operations.submit("i", json(SEND_AND_DELETE));
        done();
        assertEquals(1, rest.count(SEND));
        assertEquals(1, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }

    @Test
    void aDeletionThatWasDoneBeforeIsNoFailure() throws Exception {
        kept = 404;
        left(
                "[{\"Operation\":\"delete\",\"Resource\":\"i\"},{\"Operation\":\"store-scu\",\"Target\":\"sink\",\"Resource\":\"k\"}]",
                0,
                "");
        Operations operations = operations();
        done();
        assertEquals(1, rest.count(SEND));
        operations.close(1000);
    }

    @Test
    void anIndexThatIsAwayIsNotTakenForADeletedResource() throws Exception {
        left("[{\"Operation\":\"delete\",\"Resource\":\"i\"}]", 0, "");
        rest.script = otherwise("GET /instances/i", (call, body) -> of(rest.count(call) < 3 ? 503 : 200, "{}"));
        Operations operations = operations();
        done();
        assertEquals(1, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }

    @Test
    void aStepThatMeetsASwapIsDoneOnceItIsOver() throws Exception {
        rest.script = otherwise(SEND, (call, body) -> of(rest.count(call) < 3 ? 503 : 200, "{}"));
        Operations operations = operations();
        operations.submit("i", json(SEND_AND_DELETE));
        done();
        assertEquals(3, rest.count(SEND));
        assertEquals(2, rest.count("GET /jobs?expand"), "looks for its job before it is sent again");
        assertEquals(1, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }

    @Test
    void whatIsUnderWayIsEndedAndTheRestLeftToTheOneThatComes() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        rest.script = otherwise(SEND, (call, body) -> {
            sending.countDown();
            try {
                closing.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return of(200, "{}");
        });
        Operations first = operations();
        first.submit("i", json(SEND_AND_DELETE));
        first.submit("i", json("[{\"Operation\":\"delete\",\"Resource\":\"i\"}]"));
        sending.await();
        Thread leaving = new Thread(() -> first.close(20_000));
        leaving.start();
        while (leaving.getState() != Thread.State.TIMED_WAITING) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        closing.countDown();
        leaving.join();
        assertEquals(0, rest.count("DELETE /instances/i"));
        assertEquals(2, undone().size());
        assertEquals(
                1,
                json(Files.readString(undone().stream().sorted().findFirst().orElseThrow()))
                        .path("next")
                        .asInt());

        Operations second = operations();
        done();
        assertEquals(1, rest.count(SEND));
        assertEquals(2, rest.count("DELETE /instances/i"));
        second.close(1000);
    }

    @Test
    void anInstanceThatWasMadeAndStoredIsNotMadeAgain() throws Exception {
        PendingAction action = new PendingAction(
                files.nextName(),
                "i",
                json(
                        "[{\"Operation\":\"modify-instance\",\"Resource\":\"o\"},{\"Operation\":\"delete\",\"Resource\":\"\"}]"));
        action.storing = "i";
        files.save(action);
        Operations operations = operations();
        done();
        assertEquals(0, rest.count("POST /instances/o/modify"));
        assertEquals(1, rest.count("DELETE /instances/i"));
        operations.close(1000);
    }
}
