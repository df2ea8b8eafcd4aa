package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged survives SIGKILL. Each round clients upload over HTTP and C-STORE, the server is killed at a
 * moment of chance, and after its restart every acknowledged instance is there with its sum, and no index row is
 * without its file.
 */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("isengard.kill.rounds", 20);
    private static final long SEED = 20240611;

    /** Identifier and MD5 of each file whose storage was acknowledged. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger next = new AtomicInteger();
    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void acknowledgedInstancesSurviveTheKill() throws Exception {
        Random random = new Random(SEED);
        Path server = directory.resolve("server");
        try (ServerProcess process = new ServerProcess(server).start()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Thread> clients = clients(process, round);
                Thread.sleep(200 + random.nextInt(1200));
                process.kill();
                for (Thread client : clients) {
                    client.join();
                }
                process.start();
                assertNothingLost(process, round);
            }
            assertTrue(acknowledged.size() > ROUNDS, acknowledged.size() + " instances acknowledged");
            assertOrphansAreFoundAndRemoved(process, server.resolve("storage"));
        }
    }

    private List<Thread> clients(ServerProcess process, int round) {
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < 3; client++) {
            clients.add(new Thread(() -> upload(process)));
        }
        if (Checkout.program("storescu").isPresent()) {
            clients.add(new Thread(() -> send(process, round)));
        }
        clients.forEach(Thread::start);
        return clients;
    }

    /** Uploads one after the other until the server is gone. */
    private void upload(ServerProcess process) {
        try {
            while (true) {
                SampleFile file = SampleFile.of("kill", next.getAndIncrement());
                HttpResponse<byte[]> answer = process.post("/instances", file.bytes());
                assertEquals(200, answer.statusCode(), () -> new String(answer.body(), UTF_8));
                acknowledged.put(file.ids().instance(), file.md5());
            }
        } catch (IOException gone) {
            // the kill; what was not answered was not acknowledged
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends by C-STORE; the tool names each file whose response was a success. */
    private void send(ServerProcess process, int round) {
        try {
            Path files = Files.createDirectories(directory.resolve("send" + round));
            Map<String, SampleFile> byName = new ConcurrentHashMap<>();
            for (int i = 0; i < 60; i++) {
                SampleFile file = SampleFile.of("kill", next.getAndIncrement());
                Path path = files.resolve(i + ".dcm");
                Files.write(path, file.bytes());
                byName.put(path.toString(), file);
            }
            Command sent = Command.run(
                    directory,
                    "storescu",
                    "-v",
                    "-aec",
                    "ISENGARD",
                    "+sd",
                    "127.0.0.1",
                    Integer.toString(process.dicomPort()),
                    files.toString());
            String current = null;
            for (String line : sent.output().split("\n")) {
                if (line.contains("Sending file: ")) {
                    current = line.substring(line.indexOf("Sending file: ") + "Sending file: ".length())
                            .strip();
                } else if (line.contains("Received Store Response (Success)") && current != null) {
                    SampleFile file = byName.get(current);
                    acknowledged.put(file.ids().instance(), "");
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertNothingLost(ServerProcess process, int round) throws Exception {
        Set<String> present = new HashSet<>();
        for (JsonNode id : mapper.readTree(process.get("/instances").body())) {
            present.add(id.asText());
        }
        Set<String> lost = new HashSet<>(acknowledged.keySet());
        lost.removeAll(present);
        assertEquals(Set.of(), lost, "round " + round);
        for (String id : present) {
            // A row without its file would answer an error; one of the wrong content, another sum.
            HttpResponse<byte[]> answer = process.get("/instances/" + id + "/file");
            assertEquals(200, answer.statusCode(), "round " + round + ": " + id);
            String expected = acknowledged.getOrDefault(id, "");
            if (!expected.isEmpty()) {
                assertEquals(expected, SampleFile.md5(answer.body()), "round " + round + ": " + id);
            }
            String stored = new String(
                    process.get("/instances/" + id + "/attachments/dicom/md5").body(), UTF_8);
            assertEquals(SampleFile.md5(answer.body()), stored, "round " + round + ": " + id);
        }
    }

    private void assertOrphansAreFoundAndRemoved(ServerProcess process, Path storage) throws Exception {
        Path orphan = storage.resolve("ab/cd/abcd0000-1111-4222-8333-444455556666");
        Files.createDirectories(orphan.getParent());
        Files.writeString(orphan, "left by a crash");
        Files.setLastModifiedTime(orphan, FileTime.fromMillis(System.currentTimeMillis() - TimeUnit.DAYS.toMillis(2)));
        String found = process.shell("isengard:check");
        assertTrue(found.contains("abcd0000-1111-4222-8333-444455556666"), found);
        process.shell("isengard:check --remove-orphans");
        assertTrue(Files.notExists(orphan), "the orphan is still there");
        assertEquals(process.get("/instances").statusCode(), 200);
        assertTrue(files(storage) >= acknowledged.size());
    }

    private static int files(Path storage) throws IOException {
        AtomicInteger count = new AtomicInteger();
        Files.walkFileTree(storage, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count.incrementAndGet();
                return FileVisitResult.CONTINUE;
            }
        });
        return count.get();
    }
}
