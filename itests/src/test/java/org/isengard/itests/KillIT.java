package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed several times while instances come in: each acknowledged instance is there, whole, after the next
 * start. {@code ./check campaign} kills it 200 times (property {@code isengard.kills}).
 */
@Timeout(3600)
class KillIT {
    private static final int KILLS = Integer.getInteger("isengard.kills", 5);
    private static final int REST_CLIENTS = 3;
    private static final int DICOM_CLIENTS = 2;
    private static final int PER_ASSOCIATION = 10;
    private static final int LEAST = 10;
    private static final int SPREAD = 120;

    @TempDir
    Path directory;

    private final Queue<Stored> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicInteger round = new AtomicInteger();

    /** @param verbatim whether the server stores the very bytes, rather than a header of its own before the data set */
    private record Stored(SampleFile file, boolean verbatim) {}

    @Test
    void nothingThatWasAcknowledgedIsLostByAKill() throws Exception {
        Random random = new Random(20_241_123);
        List<Stored> all = new ArrayList<>();
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))) {
            while (round.incrementAndGet() <= KILLS) {
                server.start();
                assertStored(server, acknowledged);
                all.addAll(acknowledged);
                acknowledged.clear();
                ingestUntilKilled(server, LEAST + random.nextInt(SPREAD));
            }
            server.start();
            all.addAll(acknowledged);
            assertStored(server, all);
            long byRest = all.stream().filter(Stored::verbatim).count();
            System.out.println(KILLS + " kills: " + byRest + " instances acknowledged by HTTP, " + (all.size() - byRest)
                    + " by C-STORE, none lost");
            assertOrphansAreFoundAndRemoved(server);
            assertStored(server, all);
        }
    }

    private void ingestUntilKilled(ServerProcess server, int enough) throws InterruptedException {
        CountDownLatch plenty = new CountDownLatch(enough);
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < REST_CLIENTS; client++) {
            String prefix = "kill-rest-" + client + "-" + round;
            clients.add(new Thread(() -> upload(server, prefix, plenty), prefix));
        }
        for (int client = 0; Checkout.program("storescu").isPresent() && client < DICOM_CLIENTS; client++) {
            String prefix = "kill-dicom-" + client + "-" + round;
            clients.add(new Thread(() -> send(server, prefix, plenty), prefix));
        }
        clients.forEach(Thread::start);
        assertTrue(plenty.await(60, TimeUnit.SECONDS), "only " + acknowledged.size() + " of " + enough);
        server.kill();
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(60));
            assertFalse(client.isAlive(), client.getName());
        }
    }

    /** Sends one instance after the other until the server is gone. */
    private void upload(ServerProcess server, String prefix, CountDownLatch plenty) {
        try {
            for (int i = 0; server.process().isAlive(); i++) {
                SampleFile file = SampleFile.of(prefix, i);
                if (server.post("/instances", file.bytes()).statusCode() == 200) {
                    acknowledged.add(new Stored(file, true));
                    plenty.countDown();
                }
            }
        } catch (IOException gone) {
            // The server was killed: an instance that it has not acknowledged may be lost.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(ServerProcess server, String prefix, CountDownLatch plenty) {
        try {
            for (int from = 0; server.process().isAlive(); from += PER_ASSOCIATION) {
                List<String> words = new ArrayList<>(List.of("storescu", "-v", "127.0.0.1", "" + server.dicomPort()));
                List<SampleFile> files = new ArrayList<>();
                for (int i = 0; i < PER_ASSOCIATION; i++) {
                    SampleFile file = SampleFile.of(prefix, from + i);
                    files.add(file);
                    words.add(file.writeTo(directory.resolve(prefix), "" + (from + i))
                            .toString());
                }
                for (String line : Command.run(directory, words).output().split("\\R")) {
                    if (line.contains("Received Store Response (Success)")) {
                        acknowledged.add(new Stored(files.remove(0), false));
                        plenty.countDown();
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertStored(ServerProcess server, Iterable<Stored> expected) throws Exception {
        for (Stored stored : expected) {
            String path = "/instances/" + stored.file.id();
            byte[] bytes = server.get(path + "/file").body();
            String md5 = new String(server.get(path + "/attachments/dicom/md5").body(), StandardCharsets.UTF_8);
            assertEquals(SampleFile.md5(bytes), md5, path);
            if (stored.verbatim) {
                assertEquals(stored.file.md5(), md5, path);
            } else {
                Attributes sent = dataset(stored.file.bytes());
                Attributes kept = dataset(bytes);
                assertEquals(sent.getString(Tag.SOPInstanceUID), kept.getString(Tag.SOPInstanceUID));
                assertArrayEquals(sent.getBytes(Tag.PixelData), kept.getBytes(Tag.PixelData));
            }
        }
    }

    private static Attributes dataset(byte[] file) throws IOException {
        return DicomReader.read(new ByteArrayInputStream(file)).dataset();
    }

    private void assertOrphansAreFoundAndRemoved(ServerProcess server) throws Exception {
        // The kills may leave orphans or not; this file is one for certain.
        String uuid = UUID.randomUUID().toString();
        Path orphan = directory
                .resolve("server/storage")
                .resolve(uuid.substring(0, 2))
                .resolve(uuid.substring(2, 4))
                .resolve(uuid);
        Files.createDirectories(orphan.getParent());
        Files.write(orphan, new byte[] {1, 2, 3});
        String found = server.shell("isengard:check --md5");
        assertTrue(found.contains("\n0 missing or damaged files, "), found);
        assertTrue(found.contains(uuid + ": orphan"), found);
        assertTrue(Files.exists(orphan), "a mere look must not remove");
        String removed = server.shell("isengard:check --remove-orphans");
        assertTrue(removed.contains(" orphans removed"), removed);
        assertFalse(Files.exists(orphan));
        String again = server.shell("isengard:check");
        assertTrue(again.contains("0 missing or damaged files, 0 orphans"), again);
    }
}
