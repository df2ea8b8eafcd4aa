package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.AssociationPolicy;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DicomServer;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.PresentationContext;
import org.isengard.dicom.net.ProposedContext;
import org.isengard.dicom.net.ServerOptions;
import org.isengard.dicom.net.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Options of modalities and peers, as they work in the booted server. */
@Timeout(180)
class DicomOptionsIT {
    private static final String MOVE = UID.StudyRootQueryRetrieveInformationModelMove;

    @TempDir
    Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    /** Somebody else's server. */
    private static final class Scp implements AutoCloseable {
        private final ServerSocketChannel listening;
        private final DicomServer server;

        Scp(DimseHandler handler) throws IOException {
            listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            AssociationPolicy all = new AssociationPolicy() {
                @Override
                public PresentationContext negotiate(
                        ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) {
                    return proposed.accept(proposed.transferSyntaxes().get(0));
                }
            };
            server = DicomServer.start(listening, all, association -> handler, ServerOptions.DEFAULT);
        }

        int port() {
            return listening.socket().getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close(Duration.ZERO);
            listening.close();
        }
    }

    private ServerProcess server() {
        return new ServerProcess(directory.resolve("server"));
    }

    private static void restart(ServerProcess server) throws Exception {
        server.close();
        server.start();
    }

    @Test
    void modalitiesAndPeersAreInTheDatabaseWhereThatIsConfigured() throws Exception {
        try (ServerProcess server = server()) {
            server.with("DicomModalitiesInDatabase", true)
                    .with("OrthancPeersInDatabase", true)
                    .start();
            Rest rest = new Rest(server);
            rest.put("/modalities/pacs", "{\"AET\": \"PACS\", \"Host\": \"h\", \"Port\": 104, \"AllowMove\": false}");
            rest.put("/peers/far", "[\"http://far/\", \"user\", \"secret\"]");
            JsonNode modality = rest.get("/modalities/pacs/configuration");
            JsonNode peer = rest.get("/peers/far/configuration");
            assertFalse(modality.path("AllowMove").asBoolean(true), modality.toString());
            restart(server);
            assertEquals(modality, rest.get("/modalities/pacs/configuration"));
            assertEquals(peer, rest.get("/peers/far/configuration"));
            assertEquals(200, server.delete("/modalities/pacs").statusCode());
            assertEquals(200, server.delete("/peers/far").statusCode());
            restart(server);
            assertEquals("[]", rest.get("/modalities").toString());
            assertEquals("[]", rest.get("/peers").toString());
        }
    }

    @Test
    void modalitiesAndPeersLastUntilTheNextStartOtherwise() throws Exception {
        try (ServerProcess server = server()) {
            server.with("DicomModalities", new ServerProcess.JsonText("{\"given\": [\"GIVEN\", \"h\", 104]}"))
                    .start();
            Rest rest = new Rest(server);
            rest.put("/modalities/pacs", "[\"PACS\", \"h\", 104]");
            rest.put("/peers/far", "[\"http://far/\"]");
            assertEquals("[\"given\",\"pacs\"]", rest.get("/modalities").toString());
            restart(server);
            assertEquals("[\"given\"]", rest.get("/modalities").toString());
            assertEquals("[]", rest.get("/peers").toString());
        }
    }

    @Test
    void aMoveThatIsNotSynchronousIsAnsweredAtOnceAndDoneByAJob() throws Exception {
        Set<String> received = ConcurrentHashMap.newKeySet();
        var gate = new CountDownLatch(1);
        DimseHandler slow = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                dataSet.readAllBytes();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                received.add(operation.sopInstance());
                return Status.SUCCESS;
            }
        };
        try (Scp scp = new Scp(slow);
                ServerProcess server = server().with("SynchronousCMove", false).with("DicomAlwaysAllowMove", true)) {
            server.start();
            Rest rest = new Rest(server);
            rest.put("/modalities/slow", "[\"SLOW\", \"127.0.0.1\", " + scp.port() + "]");
            for (int i = 0; i < 3; i++) {
                rest.post("/instances", SampleFile.of("move", i).bytes());
            }
            var study = new Attributes();
            study.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
            study.setString(
                    Tag.StudyInstanceUID, VR.UI, SampleFile.dataset("move", 0).getString(Tag.StudyInstanceUID));
            AssociationOptions call = AssociationOptions.to("127.0.0.1", server.dicomPort())
                    .callingAet("MOVER")
                    .calledAet("ISENGARD")
                    .propose(MOVE, UID.ExplicitVRLittleEndian);
            try (DicomClient client = DicomClient.open(call)) {
                DicomClient.Retrieved end = client.move(MOVE, study, "SLOW", pending -> true);
                assertEquals(Status.SUCCESS, end.status());
            }
            assertEquals(Set.of(), received);
            JsonNode jobs = rest.get("/jobs?expand");
            assertEquals(1, jobs.size(), jobs.toString());
            assertEquals("DicomModalityStore", jobs.at("/0/Type").asText(), jobs.toString());
            assertEquals("MOVER", jobs.at("/0/Content/MoveOriginatorAET").asText(), jobs.toString());
            gate.countDown();
            assertEquals(
                    "Success",
                    rest.awaitJob(jobs.at("/0/ID").asText()).path("State").asText());
            assertEquals(3, received.size());
        }
    }

    /** Each kind gets the same keys from us as from Orthanc. */
    @Test
    void manufacturersAreAskedAsOrthancAsksThem() throws Exception {
        var asked = new AtomicReference<Map<Integer, String>>();
        DimseHandler recorder = new DimseHandler() {
            @Override
            public void find(Operation operation, Attributes identifier, FindResponses responses) {
                Map<Integer, String> keys = new TreeMap<>();
                identifier.forEach(
                        element -> keys.put(element.tag(), String.join("\\", identifier.getStrings(element.tag()))));
                keys.remove(Tag.SpecificCharacterSet);
                asked.set(keys);
            }
        };
        List<String> queries = new ArrayList<>();
        for (String level : List.of("Patient", "Study", "Series", "Instance")) {
            queries.add("{\"Level\": \"" + level + "\", \"Query\": {}}");
        }
        for (String level : List.of("Patient", "Study", "Series", "Instance")) {
            String parent = switch (level) {
                case "Series" -> ", \"StudyInstanceUID\": \"1.2.3\"";
                case "Instance" -> ", \"StudyInstanceUID\": \"1.2.3\", \"SeriesInstanceUID\": \"1.2.4\"";
                default -> "";
            };
            queries.add("{\"Level\": \"" + level + "\", \"Query\": {\"PatientID\": \"*\", \"PatientName\": \"A*\","
                    + " \"PatientBirthDate\": \"*\", \"StudyDate\": \"*\", \"StudyTime\": \"*\","
                    + " \"AccessionNumber\": \"*\", \"ModalitiesInStudy\": \"*\", \"SOPClassesInStudy\": \"\","
                    + " \"NumberOfStudyRelatedSeries\": \"\", \"NumberOfSeriesRelatedInstances\": \"\","
                    + " \"NumberOfPatientRelatedStudies\": \"\", \"Modality\": \"*\", \"SeriesDate\": \"*\","
                    + " \"InstanceNumber\": \"*\", \"PatientWeight\": \"*\", \"0009,1001\": \"x\"" + parent + "}}");
        }
        OrthancProcess orthanc = SHARED.orthanc();
        Rest rest = new Rest(SHARED.server());
        try (Scp scp = new Scp(recorder)) {
            for (String manufacturer :
                    List.of("Generic", "GenericNoWildcardInDates", "GenericNoUniversalWildcard", "Vitrea", "GE")) {
                String declaration = "[\"OTHER\", \"127.0.0.1\", " + scp.port() + ", \"" + manufacturer + "\"]";
                rest.put("/modalities/other", declaration);
                assertEquals(200, orthanc.put("/modalities/other", declaration).statusCode());
                for (String query : queries) {
                    asked.set(null);
                    assertEquals(
                            200,
                            orthanc.post("/modalities/other/query", query.getBytes(StandardCharsets.UTF_8))
                                    .statusCode());
                    Map<Integer, String> expected = asked.getAndSet(null);
                    rest.post("/modalities/other/query", query);
                    assertEquals(hex(expected), hex(asked.get()), manufacturer + " " + query);
                }
            }
        }
    }

    private static Map<String, String> hex(Map<Integer, String> keys) {
        Map<String, String> hex = new TreeMap<>();
        keys.forEach((tag, value) -> hex.put(String.format("%08x", tag), value));
        return hex;
    }

    @Test
    void theProxyOfPeersGetsItsPasswordAndAPeerHasATimeoutOfItsOwn() throws Exception {
        var said = new AtomicReference<String>();
        try (var proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ServerProcess server = server().with("HttpProxy", "user:pass@127.0.0.1:" + proxy.getLocalPort())) {
            List<Socket> silent = new ArrayList<>();
            var thread = new Thread(() -> {
                try {
                    while (true) {
                        Socket socket = proxy.accept();
                        silent.add(socket);
                        byte[] request = new byte[4096];
                        int count = socket.getInputStream().read(request);
                        said.set(new String(request, 0, Math.max(0, count), StandardCharsets.US_ASCII));
                    }
                } catch (IOException closed) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            server.start();
            Rest rest = new Rest(server);
            String basic =
                    "Basic " + Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.US_ASCII));
            for (String scheme : List.of("http", "https")) {
                rest.put("/peers/far", "{\"Url\": \"" + scheme + "://far.invalid/\", \"Timeout\": 1}");
                long start = System.nanoTime();
                assertNotEquals(200, server.get("/peers/far/system").statusCode());
                assertTrue(System.nanoTime() - start < 20_000_000_000L, "the timeout of the peer is one second");
                assertTrue(said.get().startsWith(scheme.equals("http") ? "GET http://far" : "CONNECT far"), said.get());
                assertTrue(said.get().contains("Proxy-Authorization: " + basic), said.get());
            }
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** The password is looked up when the job runs, also after a restart. */
    @Test
    void jobsOfPeersDoNotWriteDownThePassword() throws Exception {
        Set<String> authorizations = ConcurrentHashMap.newKeySet();
        var gate = new CountDownLatch(1);
        HttpServer peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/instances", exchange -> {
            exchange.getRequestBody().readAllBytes();
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        peer.start();
        try (ServerProcess server = server()) {
            server.with("OrthancPeersInDatabase", true).start();
            Rest rest = new Rest(server);
            rest.put(
                    "/peers/far",
                    "[\"http://127.0.0.1:" + peer.getAddress().getPort() + "/\", \"user\", \"Gh7sEcReT\"]");
            SampleFile file = SampleFile.of("peer", 1);
            rest.post("/instances", file.bytes());
            String job = rest.post(
                            "/peers/far/store", "{\"Asynchronous\": true, \"Resources\": [\"" + file.id() + "\"]}")
                    .path("ID")
                    .asText();
            while (authorizations.isEmpty()) {
                Thread.sleep(20);
            }
            server.kill();
            List<Path> mentions = new ArrayList<>();
            try (Stream<Path> files = Files.walk(directory.resolve("server"))) {
                for (Path path : files.filter(Files::isRegularFile).toList()) {
                    if (Files.size(path) < 10_000_000
                            && new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains("Gh7sEcReT")
                            // The database has it: there the peers are.
                            && !path.getFileName().toString().startsWith("isengard.db")) {
                        mentions.add(path);
                    }
                }
            }
            assertEquals(List.of(), mentions);
            server.start();
            gate.countDown();
            JsonNode end = rest.awaitJob(job);
            assertEquals("Success", end.path("State").asText(), end.toString());
            assertEquals("user", end.at("/Content/Peer/1").asText(), end.toString());
            assertEquals(2, end.at("/Content/Peer").size(), end.toString());
            String basic = Base64.getEncoder().encodeToString("user:Gh7sEcReT".getBytes(StandardCharsets.US_ASCII));
            assertEquals(Set.of("Basic " + basic), authorizations);
        } finally {
            gate.countDown();
            peer.stop(0);
        }
    }

    /** As many clients as there are threads wait for systems that do not answer: the others are served meanwhile. */
    @Test
    void stuckSystemsNeverHoldTheThreadsOfOthers() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(80);
        try (var mute = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
                ServerProcess server = server().with("HttpThreadsCount", 10).start()) {
            Rest rest = new Rest(server);
            rest.put("/modalities/mute", "[\"MUTE\", \"127.0.0.1\", " + mute.getLocalPort() + "]");
            rest.put("/peers/mute", "{\"Url\": \"http://127.0.0.1:" + mute.getLocalPort() + "\", \"Timeout\": 6}");
            byte[] echo = "{\"Timeout\": 6}".getBytes(StandardCharsets.US_ASCII);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(threads.submit(
                        () -> server.post("/modalities/mute/echo", echo).statusCode()));
                answers.add(
                        threads.submit(() -> server.get("/peers/mute/system").statusCode()));
            }
            Thread.sleep(1000);
            for (int i = 0; i < 10; i++) {
                long start = System.nanoTime();
                assertEquals(200, server.get("/system").statusCode());
                assertTrue(System.nanoTime() - start < 3_000_000_000L, "a request waits for what others wait for");
                Thread.sleep(100);
            }
            for (Future<Integer> answer : answers) {
                assertTrue(answer.get() >= 500);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
