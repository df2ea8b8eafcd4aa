package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** JSON in and out of a server, where anything but success fails the test. */
record Rest(ServerProcess server) {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(checked(path, server.get(path)));
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    JsonNode post(String path, byte[] body) throws IOException, InterruptedException {
        return JSON.readTree(checked(path, server.post(path, body)));
    }

    void put(String path, String body) throws IOException, InterruptedException {
        checked(
                path,
                server.send(HttpRequest.newBuilder(server.uri(path))
                        .PUT(BodyPublishers.ofString(body))
                        .build()));
    }

    private static byte[] checked(String path, HttpResponse<byte[]> answer) {
        assertEquals(200, answer.statusCode(), () -> path + ": " + new String(answer.body(), StandardCharsets.UTF_8));
        return answer.body();
    }

    /** Waits until a field of an answer has one of these values. */
    JsonNode await(String path, String field, String... values) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT_NANOS;
        JsonNode answer = get(path);
        while (!List.of(values).contains(answer.path(field).asText())) {
            if (System.nanoTime() > end) {
                throw new IOException(path + " stays " + answer);
            }
            Thread.sleep(20);
            answer = get(path);
        }
        return answer;
    }

    JsonNode awaitJob(String job) throws IOException, InterruptedException {
        return await("/jobs/" + job, "State", "Success", "Failure");
    }

    int count(String level) throws IOException, InterruptedException {
        return get("/statistics").path("Count" + level).asInt();
    }

    /** Removes all patients. */
    void empty() throws IOException, InterruptedException {
        for (JsonNode patient : get("/patients")) {
            server.delete("/patients/" + patient.asText());
        }
    }
}
