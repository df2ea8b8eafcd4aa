package org.isengard.scripting;

import static org.isengard.scripting.RestStub.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobCallsTest {
    private static final String PATH = "/modalities/sink/store";
    private static final String POST = "POST " + PATH;
    private static final String LIST = "GET /jobs?expand";

    private final RestStub rest = new RestStub();
    private final JobCalls jobs = new JobCalls(rest.functions());

    private JsonNode run(boolean resumed) throws IOException {
        return jobs.run(PATH, JsonNodeFactory.instance.objectNode(), "name/2", resumed);
    }

    private static String job(String step, String state) {
        return "{\"State\":\"" + state + "\",\"ErrorDescription\":\"why\",\"UserData\":{\"Script\":\"" + step
                + "\"},\"Content\":{\"ID\":\"made\"}}";
    }

    @Test
    void aNewStepIsSubmittedUnderItsName() throws Exception {
        rest.script = (call, body) -> {
            if (!call.equals(POST)) {
                return of(405, "");
            }
            JsonNode json = Json.MAPPER.readTree(body);
            assertEquals("name/2", json.path("UserData").path("Script").asText());
            assertTrue(json.path("Synchronous").asBoolean());
            return of(200, "{\"ID\":\"x\"}");
        };
        assertEquals("x", run(false).path("ID").asText());
        assertEquals(0, rest.count(LIST));
    }

    @Test
    void aStepThatWasBegunWaitsForItsJob() throws Exception {
        rest.script = (call, body) -> switch (call) {
            case LIST ->
                of(
                        200,
                        "[{\"State\":\"Success\"},{\"State\":\"Failure\",\"UserData\":\"text\"},"
                                + job("name/1", "Failure") + ","
                                + job("name/2", rest.count(LIST) < 3 ? "Running" : "Success") + "]");
            default -> of(405, "");
        };
        assertEquals("made", run(true).path("ID").asText());
        assertEquals(3, rest.count(LIST));
        assertEquals(0, rest.count(POST));
    }

    @Test
    void aStepThatHadNoJobYetIsSubmitted() throws Exception {
        rest.script = (call, body) -> switch (call) {
            case LIST -> of(200, "[" + job("name/22", "Success") + "," + job("name", "Success") + "]");
            case POST -> of(200, "{\"ID\":\"x\"}");
            default -> of(405, "");
        };
        assertEquals("x", run(true).path("ID").asText());
    }

    @Test
    void aStepWhoseJobFailedFails() {
        rest.script = (call, body) -> of(call.equals(LIST) ? 200 : 405, "[" + job("name/2", "Failure") + "]");
        IOException failure = assertThrows(IOException.class, () -> run(true));
        assertTrue(failure.getMessage().contains("why"), failure.getMessage());
        assertEquals(0, rest.count(POST));
    }

    @Test
    void routesAndEngineThatComeLaterAreWaitedFor() throws Exception {
        rest.script = (call, body) -> switch (call) {
            case LIST -> rest.count(LIST) < 3 ? of(503, "") : of(200, "[]");
            case POST -> of(200, "{\"ID\":\"x\"}");
            default -> of(rest.count(call) < 3 ? 404 : 405, "");
        };
        assertEquals("x", run(true).path("ID").asText());
        assertEquals(3, rest.count("GET " + PATH));
        assertEquals(1, rest.count(POST));
    }

    @Test
    void whatIsAnsweredWhileTheEngineLeavesMayHaveBeenSubmitted() {
        rest.script = (call, body) -> of(503, "leaving");
        IsengardException left = assertThrows(IsengardException.class, () -> run(false));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, left.error());
    }

    @Test
    void anyOtherAnswerIsAFailure() {
        rest.script = (call, body) -> of(400, "{\"Message\":\"no\"}");
        IOException failure = assertThrows(IOException.class, () -> run(false));
        assertTrue(failure.getMessage().contains("400") && failure.getMessage().contains("no"), failure.getMessage());
    }
}
