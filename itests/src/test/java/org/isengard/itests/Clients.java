package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients of every kind that work with a server without a pause, and what the server told them it keeps. */
final class Clients {
    private static final int SEED = 20;
    private static final int PER_ASSOCIATION = 4;

    private final ServerProcess server;
    private final Path directory;
    private final Queue<SampleFile> acknowledged = new ConcurrentLinkedQueue<>();
    private final List<SampleFile> seed = new ArrayList<>();

    /** @param directory for files that are sent by DICOM */
    Clients(ServerProcess server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /** Stores what the reading clients read. */
    void sow() throws Exception {
        for (int i = 0; i < SEED; i++) {
            SampleFile file = SampleFile.of("seed", i);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            seed.add(file);
            acknowledged.add(file);
        }
    }

    void start(Load load) {
        String[] lists = {
            "/patients",
            "/studies?expand",
            "/series",
            "/instances",
            "/statistics",
            "/changes",
            "/studies?limit=2&since=0"
        };
        load.client("lists", round -> expect(server.get(lists[round % lists.length]), 200));
        load.client("system", round -> expect(server.get("/system"), 200));
        load.client(
                "instance",
                round -> expect(server.get("/instances/" + sown(round).id()), 200));
        load.client(
                "tags", round -> expect(server.get("/instances/" + sown(round).id() + "/tags?simplify"), 200));
        load.client("file", round -> {
            SampleFile file = sown(round);
            HttpResponse<byte[]> answer = server.get("/instances/" + file.id() + "/file");
            expect(answer, 200);
            assertArrayEquals(file.bytes(), answer.body());
        });
        load.client("absent", round -> expect(server.get("/instances/no-such-instance"), 404));
        for (int client = 0; client < 2; client++) {
            String prefix = "rest-" + client;
            load.client(prefix, round -> {
                SampleFile file = SampleFile.of(prefix, round);
                HttpResponse<byte[]> answer = server.post("/instances", file.bytes());
                expect(answer, 200);
                acknowledged.add(file);
            });
        }
        if (Checkout.program("storescu").isPresent()) {
            load.client("dicom", round -> {
                List<SampleFile> files = files("dicom", round * PER_ASSOCIATION, PER_ASSOCIATION);
                Command store = storescu(files);
                assertEquals(0, store.status(), store.output());
                acknowledged.addAll(files);
            });
        }
    }

    SampleFile sown(int round) {
        return seed.get(round % seed.size());
    }

    private static void expect(HttpResponse<byte[]> answer, int status) {
        assertEquals(
                status,
                answer.statusCode(),
                () -> answer.uri() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }

    static List<SampleFile> files(String prefix, int from, int count) {
        List<SampleFile> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(SampleFile.of(prefix, from + i));
        }
        return files;
    }

    Command storescu(List<SampleFile> files) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("storescu", "-v", "127.0.0.1", "" + server.dicomPort()));
        for (SampleFile file : files) {
            words.add(file.writeTo(directory.resolve("outbox"), file.sopInstance())
                    .toString());
        }
        return Command.run(directory, words);
    }

    /** Asks for every instance that was acknowledged. */
    void assertAllStored() throws Exception {
        List<String> lost = new ArrayList<>();
        for (SampleFile file : acknowledged) {
            // What comes by DICOM gets a header of the server's own.
            if (server.get("/instances/" + file.id() + "/file").statusCode() != 200) {
                lost.add(file.id());
            }
        }
        assertEquals(List.of(), lost, "of " + acknowledged.size());
    }
}
