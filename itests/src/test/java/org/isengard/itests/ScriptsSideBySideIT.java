package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same scripts run unchanged on this server and on a real Orthanc, and have the same effects. */
class ScriptsSideBySideIT {
    private static final List<String> SCRIPTS = List.of("routing.lua", "modification.lua", "filters.lua");
    private static final int ROUNDS = 300;
    private static final int QUIET = 12;

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    /** Something both servers are asked, by their address. */
    private record Server(String url, int dicomPort, Path received) {}

    @Test
    void scriptsHaveTheSameEffects() throws Exception {
        Command.assume("storescp", "findscu");
        int[] sinks = ServerProcess.freePorts(2);
        String scripts = copyScripts();
        try (Sink theirSink = new Sink(directory.resolve("their-sink"), sinks[0]);
                Sink ourSink = new Sink(directory.resolve("our-sink"), sinks[1]);
                OrthancProcess theirs = new OrthancProcess(
                        directory.resolve("orthanc"),
                        ", \"LuaScripts\": " + scripts + ", \"DicomModalities\": " + modalities(sinks[0]));
                ServerProcess ours = new ServerProcess(directory.resolve("isengard"))) {
            ours.with("LuaScripts", new ServerProcess.JsonText(scripts))
                    .with("DicomModalities", new ServerProcess.JsonText(modalities(sinks[1])))
                    .start();
            Server orthanc = new Server(theirs.url(), theirs.dicomPort(), theirSink.directory);
            Server isengard = new Server("http://127.0.0.1:" + ours.httpPort(), ours.dicomPort(), ourSink.directory);
            assertEquals(filters(orthanc), filters(isengard));
            List<String> uploads = upload(orthanc);
            assertEquals(uploads, upload(isengard));
            assertTrue(uploads.contains("200 FilteredOut"), "" + uploads);
            List<String> expected = settled(orthanc);
            assertTrue(expected.stream().anyMatch(line -> line.contains("My Station")), "" + expected);
            assertTrue(expected.stream().anyMatch(line -> line.contains("By REST")), "" + expected);
            assertEquals(String.join("\n", expected), String.join("\n", settledAs(isengard, expected)));
            assertEquals(find(orthanc, "NARROW"), find(isengard, "NARROW"));
            assertEquals(find(orthanc, "WIDE"), find(isengard, "WIDE"));
        }
    }

    private static String modalities(int port) {
        return "{\"sink\": [\"SINK\", \"127.0.0.1\", " + port + "], \"narrow\": [\"NARROW\", \"127.0.0.1\", 2000],"
                + " \"wide\": [\"WIDE\", \"127.0.0.1\", 2000]}";
    }

    private String copyScripts() throws IOException {
        List<String> paths = new ArrayList<>();
        for (String name : SCRIPTS) {
            Path file = directory.resolve(name);
            try (InputStream in = ScriptsSideBySideIT.class.getResourceAsStream("/scripts/" + name)) {
                Files.write(file, in.readAllBytes());
            }
            paths.add('"' + file.toString() + '"');
        }
        return paths.toString();
    }

    /** Statuses of requests that the HTTP filter decides about. */
    private List<String> filters(Server server) throws Exception {
        List<String> statuses = new ArrayList<>();
        statuses.add("" + send(server, "/modalities", null).statusCode());
        statuses.add("" + send(server, "/modalities", "open").statusCode());
        statuses.add("" + send(server, "/modalities/sink", "shut").statusCode());
        statuses.add("" + send(server, "/statistics", null).statusCode());
        assertEquals(List.of("403", "200", "403", "200"), statuses, server.url);
        return statuses;
    }

    private HttpResponse<byte[]> send(Server server, String path, String secret)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url + path));
        if (secret != null) {
            request.header("X-Secret", secret);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private List<String> upload(Server server) throws Exception {
        List<String> results = new ArrayList<>();
        for (String kind : List.of("route", "modify", "rest", "refuse", "keep", "find")) {
            for (int number = 0; number < 3; number++) {
                Attributes image = SampleFile.dataset(kind.equals("keep") ? "keep" : kind, number);
                image.setString(Tag.StudyDescription, VR.LO, kind.equals("keep") ? "route" : kind);
                image.setString(Tag.StationName, VR.SH, "Original");
                if (kind.equals("find") && number == 2) {
                    image.setString(Tag.Modality, VR.CS, "XX");
                }
                byte[] file = SampleFile.of(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                        .bytes();
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(URI.create(server.url + "/instances"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                results.add(answer.statusCode() + " "
                        + mapper.readTree(answer.body()).path("Status").asText());
            }
        }
        return results;
    }

    /** What is stored and what the sink received, once nothing changes any more. */
    private List<String> settled(Server server) throws Exception {
        List<String> last = List.of();
        int quiet = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> now = state(server);
            quiet = now.equals(last) ? quiet + 1 : 0;
            // Three were routed and deleted, three kept, six modified: the sink has them all.
            if (quiet > QUIET
                    && now.stream().filter(line -> line.startsWith("sink")).count() >= 12) {
                return now;
            }
            last = now;
            pause();
        }
        return last;
    }

    private List<String> settledAs(Server server, List<String> expected) throws Exception {
        List<String> now = state(server);
        for (int round = 0; round < ROUNDS && !now.equals(expected); round++) {
            pause();
            now = state(server);
        }
        return now;
    }

    private static void pause() throws InterruptedException {
        new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }

    private List<String> state(Server server) throws Exception {
        TreeSet<String> lines = new TreeSet<>();
        int number = 0;
        for (JsonNode id : mapper.readTree(send(server, "/instances", null).body())) {
            HttpResponse<byte[]> tags = send(server, "/instances/" + id.asText() + "/simplified-tags", null);
            HttpResponse<byte[]> metadata = send(server, "/instances/" + id.asText() + "/metadata?expand", null);
            if (tags.statusCode() == 200 && metadata.statusCode() == 200) {
                JsonNode dicom = mapper.readTree(tags.body());
                JsonNode more = mapper.readTree(metadata.body());
                lines.add(String.join(
                        " | ",
                        "stored",
                        dicom.path("PatientID").asText(),
                        dicom.path("InstanceNumber").asText(),
                        dicom.path("StationName").asText(),
                        dicom.path("InstitutionName").asText(),
                        dicom.path("AccessionNumber").asText("absent"),
                        more.path("Origin").asText(),
                        "from " + more.path("ModifiedFrom").asText("nothing"),
                        more.path("Origin").asText().equals("Lua") ? "new" : id.asText()));
            }
        }
        try (Stream<Path> files = Files.list(server.received)) {
            for (Path file : files.toList()) {
                try {
                    Attributes image = DicomReader.read(Files.newInputStream(file), ReadOptions.defaults())
                            .dataset();
                    lines.add(String.join(
                            " | ",
                            "sink",
                            image.getString(Tag.PatientID),
                            image.getString(Tag.InstanceNumber),
                            image.getString(Tag.StationName),
                            image.getString(Tag.InstitutionName, ""),
                            image.getString(Tag.AccessionNumber, "absent")));
                } catch (IOException beingWritten) {
                    lines.add("sink | incomplete " + number++);
                }
            }
        }
        return List.copyOf(lines);
    }

    private TreeSet<String> find(Server server, String aet) throws IOException, InterruptedException {
        String output = Command.succeed(
                directory,
                "findscu",
                "-v",
                "-S",
                "-aet",
                aet,
                "-aec",
                "ISENGARD",
                "-k",
                "0008,0052=STUDY",
                "-k",
                "PatientID=",
                "-k",
                "StudyDescription=find",
                "127.0.0.1",
                "" + server.dicomPort);
        TreeSet<String> found = new TreeSet<>();
        for (String line : output.split("\\n")) {
            if (line.contains("(0010,0020)") && line.contains("[") && !line.contains("[]")) {
                found.add(line.replaceAll(".*\\[(.*?) *\\].*", "$1"));
            }
        }
        return found;
    }

    /** A receiver of instances. */
    private static final class Sink implements AutoCloseable {
        private final Path directory;
        private final Process process;

        Sink(Path directory, int port) throws IOException {
            this.directory = Files.createDirectories(directory);
            process = new ProcessBuilder(
                            "storescp", "-aet", "SINK", "--fork", "-od", directory.toString(), Integer.toString(port))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
