package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * JUnit extension: servers and one Orthanc that test classes use one after the other, each emptied before its next use.
 *
 * <pre>
 * &#64;RegisterExtension
 * static final SharedServer SHARED = SharedServer.standard();
 * </pre>
 *
 * <p>A class that kills or restarts its server, swaps its bundles, or reads what an earlier class leaves behind (numbers
 * of changes, jobs, the log) starts a {@link ServerProcess} of its own. A process of tests keeps one server for each
 * configuration and stops all at its end.
 */
final class SharedServer implements BeforeAllCallback, AfterAllCallback {
    private static final String[] LISTS = {"/patients", "/modalities", "/peers"};
    private static final Map<Map<String, Object>, ServerProcess> SERVERS = new HashMap<>();
    private static OrthancProcess peer;

    private final Map<String, Object> options;
    private ServerProcess server;
    private OrthancProcess orthanc;

    private SharedServer(Map<String, Object> options) {
        this.options = options;
    }

    /** Default options; nothing becomes stable while a class runs. */
    static SharedServer standard() {
        return with(Map.of());
    }

    /** @param options of the configuration file, besides those of {@link #standard()} */
    static SharedServer with(Map<String, Object> options) {
        Map<String, Object> all = new TreeMap<>(options);
        all.putIfAbsent("StableAge", 600);
        return new SharedServer(all);
    }

    /** {@return the server, started at the first call of a process of tests; empty at the first call of a class} */
    synchronized ServerProcess server() throws IOException, InterruptedException {
        if (server == null) {
            ServerProcess shared = SERVERS.get(options);
            if (shared == null || !shared.process().isAlive()) {
                Path directory = Files.createTempDirectory("isengard-shared");
                shared = new ServerProcess(directory);
                options.forEach(shared::with);
                stopAtEnd(shared, directory);
                shared.start();
                SERVERS.put(options, shared);
            }
            server = shared;
            empty();
        }
        return server;
    }

    /** {@return an empty Orthanc; the class is skipped where there is none} */
    synchronized OrthancProcess orthanc() throws IOException, InterruptedException {
        if (orthanc == null) {
            if (peer == null || !peer.isAlive()) {
                Path directory = Files.createTempDirectory("isengard-orthanc");
                peer = new OrthancProcess(directory);
                stopAtEnd(peer, directory);
            }
            orthanc = peer;
            for (String list : LISTS) {
                for (JsonNode name : Rest.JSON.readTree(orthanc.get(list).body())) {
                    assertEquals(200, orthanc.delete(list + "/" + name.asText()).statusCode());
                }
            }
        }
        return orthanc;
    }

    private void empty() throws IOException, InterruptedException {
        Rest rest = new Rest(server);
        for (String list : LISTS) {
            for (JsonNode name : rest.get(list)) {
                assertEquals(200, server.delete(list + "/" + name.asText()).statusCode(), list + "/" + name);
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // Each class begins with an empty server.
        server = null;
        orthanc = null;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertTrue(server == null || server.process().isAlive(), "the class leaves a dead server to the next one");
    }

    private static void stopAtEnd(AutoCloseable process, Path directory) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                process.close();
                WarmRun.delete(directory);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
    }
}
