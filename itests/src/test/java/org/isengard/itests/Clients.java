package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients of every kind that call a server without a pause; they keep a list of what the server acknowledged. */
final class Clients {
    private static final int SEED = 20;
    private static final int SERIES = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PER_ASSOCIATION = 4;

    private final ServerProcess server;
    private final Path directory;
    private final Queue<SampleFile> acknowledged = new ConcurrentLinkedQueue<>();
    private final List<SampleFile> seed = new ArrayList<>();
    private volatile boolean forgiving;

    /** @param directory for files that are sent by DICOM */
    Clients(ServerProcess server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /** From now on a call may be cut off or be told to come again later, but it is answered or ended within its time. */
    void forgive() {
        forgiving = true;
    }

    /** Stores the instances that the reading clients read. */
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
        load.client("lists", round -> answered(() -> server.get(lists[round % lists.length]), 200));
        String[] dicomWeb = {
            "studies?limit=2", "series?limit=2", "instances?limit=2&includefield=Rows", "servers", "info"
        };
        byte[] rows =
                "{\"Level\": \"Instance\", \"Query\": {}, \"Expand\": true, \"Limit\": 2, \"RequestedTags\": [\"Rows\"]}"
                        .getBytes(StandardCharsets.UTF_8);
        load.client("find", round -> {
            Optional<HttpResponse<byte[]>> answer = answered(() -> server.post("/tools/find", rows), 200);
            answer.ifPresent(
                    found -> assertTrue(new String(found.body(), StandardCharsets.UTF_8).contains("RequestedTags")));
        });
        load.client("modalities", round -> answered(() -> server.get("/modalities?expand"), 200));
        load.client(
                "dicomweb",
                round -> answered(() -> server.get("/dicom-web/" + dicomWeb[round % dicomWeb.length]), 200));
        load.client(
                "wado",
                round -> answered(
                        () -> server.get("/wado?requestType=WADO&contentType=application/dicom&objectUID="
                                + sown(round).sopInstance()),
                        200));
        load.client("webdav", round -> {
            SampleFile file = sown(round);
            String series = "/webdav/by-patients/seed-0%20-%20Test%5Eseed/20240102%20-/OT%20-";
            // The second series of the study has its identifier in its name.
            String second = "%20%28" + file.ids().series().substring(0, 8) + "%29";
            String folder = series + (round % seed.size() < SERIES ? "" : second) + "/";
            if (round % 2 == 0) {
                answered(
                        () -> server.send(HttpRequest.newBuilder(server.uri(folder))
                                .timeout(LIMIT)
                                .header("Depth", "1")
                                .method("PROPFIND", HttpRequest.BodyPublishers.noBody())
                                .build()),
                        207);
            } else {
                answered(() -> server.get(folder + file.id() + ".dcm"), 200)
                        .ifPresent(whole -> assertArrayEquals(file.bytes(), whole.body()));
            }
        });
        load.client("explorer", round -> answered(() -> server.get("/app/explorer.html"), 200));
        load.client("system", round -> answered(() -> server.get("/system"), 200));
        load.client(
                "instance",
                round -> answered(() -> server.get("/instances/" + sown(round).id()), 200));
        load.client(
                "tags",
                round -> answered(() -> server.get("/instances/" + sown(round).id() + "/tags?simplify"), 200));
        load.client("file", round -> {
            SampleFile file = sown(round);
            Optional<HttpResponse<byte[]>> answer =
                    answered(() -> server.get("/instances/" + file.id() + "/file"), 200);
            answer.ifPresent(whole -> assertArrayEquals(file.bytes(), whole.body()));
        });
        load.client("absent", round -> answered(() -> server.get("/instances/no-such-instance"), 404));
        for (int client = 0; client < 2; client++) {
            String prefix = "rest-" + client;
            load.client(prefix, round -> {
                SampleFile file = SampleFile.of(prefix, round);
                if (answered(() -> server.post("/instances", file.bytes()), 200).isPresent()) {
                    acknowledged.add(file);
                }
            });
        }
        if (Checkout.program("findscu").isPresent()) {
            load.client("query", round -> {
                Command find = findscu(sown(round).sopInstance());
                assertTrue(find.status() == 0 || forgiving, find.output());
                assertTrue(find.output().contains("Final Find Response (Success)") || forgiving, find.output());
            });
        }
        if (Checkout.program("storescu").isPresent()) {
            load.client("dicom", round -> {
                List<SampleFile> files = files("dicom", round * PER_ASSOCIATION, PER_ASSOCIATION);
                Command store = storescu(files);
                assertTrue(store.status() == 0 || forgiving, store.output());
                long stored = store.output()
                        .lines()
                        .filter(line -> line.contains("Received Store Response (Success)"))
                        .count();
                acknowledged.addAll(files.subList(0, (int) stored));
            });
        }
    }

    /** Asks for one item of the worklist, by REST and by C-FIND. */
    void queryWorklist(Load load) throws Exception {
        String patient = "WL-1";
        HttpResponse<byte[]> created = server.post(
                "/worklists/create",
                ("{\"Tags\": {\"PatientID\": \"" + patient + "\", \"PatientName\": \"Item^One\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        assertEquals(200, created.statusCode());
        load.client("worklists", round -> {
            Optional<HttpResponse<byte[]>> items = answered(() -> server.get("/worklists"), 200);
            items.ifPresent(all -> assertTrue(new String(all.body(), StandardCharsets.UTF_8).contains(patient)));
        });
        if (Checkout.program("findscu").isPresent()) {
            load.client("worklist", round -> {
                Command find = Command.run(
                        directory,
                        List.of(
                                "findscu",
                                "-v",
                                "-W",
                                "-k",
                                "PatientID=" + patient,
                                "-k",
                                "PatientName",
                                "127.0.0.1",
                                "" + server.dicomPort()));
                assertTrue(find.output().contains("Item^One"), find.output());
                assertTrue(find.output().contains("Final Find Response (Success)"), find.output());
            });
        }
    }

    SampleFile sown(int round) {
        return seed.get(round % seed.size());
    }

    /** {@return the answer; empty when there is none but that is forgiven} */
    private Optional<HttpResponse<byte[]>> answered(Callable<HttpResponse<byte[]>> call, int status) throws Exception {
        HttpResponse<byte[]> answer;
        try {
            answer = call.call();
        } catch (HttpTimeoutException hangs) {
            throw hangs;
        } catch (IOException cutOff) {
            if (forgiving) {
                // Not to call a closed port in a busy loop.
                Thread.sleep(20);
                return Optional.empty();
            }
            throw cutOff;
        }
        if (forgiving
                && answer.statusCode() == 503
                && answer.headers().firstValue("Retry-After").isPresent()) {
            return Optional.empty();
        }
        assertEquals(
                status,
                answer.statusCode(),
                () -> answer.uri() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
        return Optional.of(answer);
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

    /** A query for a tag that is only in the file. */
    private Command findscu(String sopInstance) throws IOException, InterruptedException {
        return Command.run(
                directory,
                List.of(
                        "findscu",
                        "-v",
                        "-S",
                        "-k",
                        "QueryRetrieveLevel=IMAGE",
                        "-k",
                        "SOPInstanceUID=" + sopInstance,
                        "-k",
                        "Rows",
                        "127.0.0.1",
                        "" + server.dicomPort()));
    }

    /** Asks for every instance that was acknowledged. */
    void assertAllStored() throws Exception {
        List<String> lost = new ArrayList<>();
        for (SampleFile file : acknowledged) {
            // The server gives instances from C-STORE a header of its own: their bytes differ.
            if (server.get("/instances/" + file.id() + "/file").statusCode() != 200) {
                lost.add(file.id());
            }
        }
        assertEquals(List.of(), lost, "of " + acknowledged.size());
    }
}
