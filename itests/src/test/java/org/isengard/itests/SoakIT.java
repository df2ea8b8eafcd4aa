package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server works for a long time (property {@code isengard.soak.minutes}) while its features are replaced one after the
 * other: no call fails, and neither threads nor open files become more. {@code ./check campaign} runs it.
 */
@Tag("campaign")
class SoakIT {
    private static final int MINUTES = Integer.getInteger("isengard.soak.minutes", 30);
    /** What a busy server may have more of at one moment than at another. */
    private static final int SWING = 60;

    @TempDir
    Path directory;

    @Test
    void noCallFailsAndNothingIsLeftBehind() throws Exception {
        try (ServerProcess server =
                        new ServerProcess(directory.resolve("server")).cold().start();
                Load load = new Load()) {
            Clients clients = new Clients(server, directory);
            clients.sow();
            Bundles bundles = new Bundles(server);
            List<String> features = List.copyOf(bundles.features().keySet());
            clients.start(load);
            replaceAll(load, bundles, features);
            long threads = entries(server, "task");
            long files = entries(server, "fd");
            int rounds = 1;
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
            while (System.nanoTime() < end && load.failures().isEmpty()) {
                replaceAll(load, bundles, features);
                rounds++;
            }
            long threadsAfter = entries(server, "task");
            long filesAfter = entries(server, "fd");
            load.stop();
            System.out.println("soak: " + rounds + " rounds of " + features + ", calls " + load.done() + ", threads "
                    + threads + " to " + threadsAfter + ", open files " + files + " to " + filesAfter);
            assertEquals(List.of(), load.failures());
            clients.assertAllStored();
            assertTrue(threadsAfter <= threads + SWING, threads + " threads became " + threadsAfter);
            assertTrue(filesAfter <= files + SWING, files + " open files became " + filesAfter);
        }
    }

    private void replaceAll(Load load, Bundles bundles, List<String> features) throws Exception {
        for (String feature : features) {
            load.phase("update of " + feature);
            bundles.update(feature, directory);
            load.await(20);
        }
    }

    /** {@return the number of threads (task) or open files (fd) of the process, as Linux counts them} */
    private static long entries(ServerProcess server, String kind) throws IOException {
        try (Stream<Path> entries =
                Files.list(Path.of("/proc", Long.toString(server.process().pid()), kind))) {
            return entries.count();
        }
    }
}
