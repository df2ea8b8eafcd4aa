package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.itests.ServerProcess.JsonText;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation is asked with names, options, headers and bodies that make no sense. */
@Timeout(300)
class HostileRestIT {
    private static final int ROUNDS = 12;
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)\\}");
    private static final Set<String> UNASKED = Set.of("/tools/reset", "/tools/shutdown");
    private static final List<String> LEVELS = List.of("patients", "studies", "series", "instances");

    private static final List<String> NAMES =
            List.of("x", "..%2f..", "%00", "%ff", "-1", "0", "99999999999", "'", "%20", "%22", "a".repeat(3000));

    private static final List<String> QUERIES = List.of(
            "",
            "?expand",
            "?full",
            "?since=-1",
            "?limit=abc",
            "?since=99999999999999999999&limit=5",
            "?requestedTags=zzz",
            "?quality=1000&returnUnsupportedImage",
            "?width=-5&height=0",
            "?width=100000000&height=100000000",
            "?window-center=abc",
            "?transcode=1.2.3",
            "?filename=../../x",
            "?level=abc",
            "?ignore-length=zz",
            "?last=x&limit=0",
            "?%00=%ff",
            "?resources=,,",
            "?rescale=x",
            "?async=maybe");

    private static final List<String> BODIES = List.of(
            "",
            "[]",
            "{}",
            "null",
            "1",
            "-1",
            "99999999999999999999",
            "\"x\"",
            "{",
            "\0\u00ff",
            "[".repeat(5000),
            "{\"a\":".repeat(3000),
            "{\"Level\":[]}",
            "{\"Level\":\"Study\",\"Query\":[]}",
            "{\"Level\":\"Study\",\"Query\":{\"PatientID\":5}}",
            "{\"Level\":\"Study\",\"Query\":{\"0010,0010\":{\"a\":1}},\"Limit\":-1,\"Since\":1e99}",
            "{\"Level\":\"\u00c9tude\",\"Query\":{\"PatientName\":\"\\u0000*\"}}",
            "{\"Resources\":5}",
            "{\"Resources\":[1,null,{}]}",
            "{\"Resources\":[\"x\"],\"Level\":7}",
            "{\"Replace\":[]}",
            "{\"Replace\":{\"PatientID\":{\"x\":[]}},\"Force\":\"maybe\"}",
            "{\"Remove\":{\"a\":1},\"Keep\":7}",
            "{\"Tags\":{\"PatientName\":[]},\"Content\":\"data:x\"}",
            "{\"Content\":\"data:image/png;base64,AAAA\"}",
            "{\"Transcode\":7}",
            "{\"Transcode\":\"1.2.3\"}",
            "{\"Asynchronous\":\"x\"}",
            "{\"Permissive\":[]}",
            "{\"Timeout\":-5}",
            "{\"Timeout\":\"x\"}",
            "{\"DicomVersion\":\"1900\"}",
            "{\"Labels\":[1]}",
            "{\"RequestedTags\":[\"nope\"]}",
            "{\"OrderBy\":[{\"Type\":\"x\"}]}",
            "{\"MetadataQuery\":[]}");

    @TempDir
    Path directory;

    private final Map<String, List<String>> there = new TreeMap<>();
    private String before = "";

    /** One of Orthanc's operations. */
    private record Operation(String path, String verb) {}

    @Test
    void badInputIsRefusedInOrthancsForm() throws Exception {
        List<Operation> operations = operations();
        Map<String, String> wrong = new TreeMap<>();
        try (ServerProcess server = new ServerProcess(directory)
                .with("ExecuteLuaEnabled", true)
                .with("HttpTimeout", 5)
                .with("DicomScuTimeout", 5)
                .with("DicomModalities", new JsonText("{\"gone\": [\"GONE\", \"127.0.0.1\", 1]}"))
                .with("OrthancPeers", new JsonText("{\"gone\": [\"http://127.0.0.1:1/\"]}"))
                .start()) {
            for (int i = 0; i < 6; i++) {
                server.post("/instances", SampleFile.of("hostile-" + i / 3, i).bytes());
            }
            Rest rest = new Rest(server);
            for (String level : LEVELS) {
                List<String> ids = new ArrayList<>();
                rest.get("/" + level).forEach(id -> ids.add(id.asText()));
                assertFalse(ids.isEmpty());
                there.put(level, ids);
            }
            Random random = new Random(20261127);
            for (int round = 0; round < ROUNDS; round++) {
                for (Operation operation : operations) {
                    ask(server, operation, random, wrong);
                }
            }
            assertEquals(200, server.get("/system").statusCode());
            assertEquals(
                    "Success",
                    rest.post("/instances", SampleFile.of("hostile-after", 1).bytes())
                            .path("Status")
                            .asText());
        }
        assertTrue(wrong.isEmpty(), String.join("\n", wrong.values()));
    }

    private static List<Operation> operations() throws IOException {
        Path list = Checkout.root().resolveSibling("shared/api/operations.tsv");
        Assumptions.assumeTrue(Files.exists(list), "no list of operations beside the checkout");
        List<Operation> operations = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            String[] columns = line.split("\t");
            if (!columns[0].startsWith("/") || UNASKED.contains(columns[0])) {
                continue;
            }
            for (String verb : columns[1].split(" ")) {
                // What is deleted by chance would leave nothing to ask for.
                if (!verb.equals("DELETE") || columns[0].indexOf('{') != columns[0].lastIndexOf('{')) {
                    operations.add(new Operation(columns[0], verb));
                }
            }
        }
        assertTrue(operations.size() > 200, "only " + operations.size());
        return operations;
    }

    private void ask(ServerProcess server, Operation operation, Random random, Map<String, String> wrong)
            throws IOException, InterruptedException {
        String root = operation.path().split("/")[1];
        Function<String, String> name =
                place -> random.nextInt(6) == 0 ? any(NAMES, random) : name(root, place, random);
        String path = PLACE.matcher(operation.path())
                        .replaceAll(place -> Matcher.quoteReplacement(name.apply(place.group(1))))
                + (random.nextBoolean() ? any(QUERIES, random) : "");
        boolean sends = operation.verb().equals("POST") || operation.verb().equals("PUT");
        String body = sends ? any(BODIES, random) : "";
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .timeout(Duration.ofSeconds(30))
                .method(operation.verb(), sends ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
        switch (random.nextInt(20)) {
            case 0 -> request.header("Content-Encoding", "gzip");
            case 1 -> request.header("Content-Encoding", "deflate");
            case 2 -> request.header("Accept", "*/*;q=zz");
            case 3 -> request.header("If-Match", "x");
            case 4 -> request.header("Range", "bytes=5-1");
            default -> {}
        }
        String fault;
        try {
            fault = fault(operation, server.send(request.build()));
        } catch (IOException e) {
            // A connection that was closed without a word is seen by who uses it next.
            fault = e + " after " + before;
        }
        before = operation.verb() + " " + path;
        if (fault != null) {
            wrong.putIfAbsent(
                    operation + fault,
                    operation.verb() + " " + path + " " + body.substring(0, Math.min(80, body.length())) + " "
                            + request.build().headers().map() + ": " + fault);
        }
    }

    private String name(String root, String place, Random random) {
        return switch (place) {
            case "id" -> there.containsKey(root) ? any(there.get(root), random) : "gone";
            case "frame", "index" -> any(List.of("0", "1", "abc"), random);
            case "name", "key" -> any(List.of("dicom", "RemoteAET", "1024", "my", "TransferSyntax"), random);
            case "path" -> any(List.of("0010-0010", "0040-0275/0/0008-0100", "zz"), random);
            default -> "x";
        };
    }

    /** {@return what is wrong with an answer, null when nothing is} */
    private static String fault(Operation operation, HttpResponse<byte[]> answer) {
        if (answer.statusCode() < 400 || answer.body().length == 0) {
            return null;
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        try {
            JsonNode error = Rest.JSON.readTree(answer.body());
            if (error.path("HttpStatus").asInt() != answer.statusCode()
                    || !error.has("OrthancStatus")
                    || !error.has("Message")) {
                return "not in Orthanc's form: " + text;
            }
            // Scripts fail as Orthanc lets them: with an internal error of their own text.
            boolean script = operation.path().equals("/tools/execute-script");
            return error.path("OrthancStatus").asInt() == -1 && !script ? text : null;
        } catch (JsonProcessingException e) {
            return "no JSON: " + text;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
