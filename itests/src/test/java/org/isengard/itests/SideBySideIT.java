package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same files go to a real Orthanc and to this server; every read route must then answer the same, but for the
 * differences that {@link KnownDifferences} states.
 */
@Timeout(180)
class SideBySideIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> LEVELS = List.of("patients", "studies", "series", "instances");
    private static final int SHOWN = 120;
    private static final Pattern NAMES = Pattern.compile("/(metadata|attachments|attachments/dicom)$");
    private static final Pattern CHILDREN =
            Pattern.compile("GET /\\w+/[^/]+/(studies|series|instances)$|POST /tools/(find|lookup)");

    @TempDir
    Path directory;

    private final KnownDifferences known = new KnownDifferences();
    private final List<String> differences = new ArrayList<>();
    private ServerProcess server;
    private OrthancProcess orthanc;
    private int compared;

    @Test
    void everyReadRouteAnswersAsOrthancDoes() throws Exception {
        try (OrthancProcess peer = new OrthancProcess(directory.resolve("orthanc"));
                ServerProcess ours = new ServerProcess(directory.resolve("server"))
                        .with("StableAge", 600)
                        .start()) {
            orthanc = peer;
            server = ours;
            for (SampleFile file : MixedFiles.all()) {
                upload(file);
            }
            upload(MixedFiles.all().get(0));
            compareLists();
            for (String level : LEVELS) {
                for (JsonNode id : json(orthanc.get("/" + level).body())) {
                    compareResource(level, id.asText());
                }
            }
            compareQuestions();
            compareErrors();
        }
        System.out.println("side by side with Orthanc: " + compared + " answers compared, " + known.count()
                + " known differences, " + differences.size() + " others");
        assertTrue(compared > 500, "only " + compared + " answers");
        assertEquals("", String.join("\n", differences));
    }

    private void upload(SampleFile file) throws Exception {
        HttpResponse<byte[]> theirs = orthanc.post("/instances", file.bytes());
        compare("POST /instances", theirs, server.post("/instances", file.bytes()));
        assertEquals(200, theirs.statusCode(), text(theirs.body()));
    }

    private void compareLists() throws Exception {
        for (String level : LEVELS) {
            get("/" + level);
            get("/" + level + "?expand");
            get("/" + level + "?expand&since=0&limit=2");
            get("/" + level + "?since=1&limit=2");
            get("/" + level + "?since=1000&limit=2");
        }
        for (String path : List.of(
                "/changes",
                "/changes?limit=3",
                "/changes?limit=3&since=4",
                "/changes?last",
                "/exports",
                "/statistics",
                "/tools/default-encoding",
                "/tools/dicom-conformance",
                "/jobs",
                "/tools/unknown-sop-class-accepted")) {
            get(path);
        }
    }

    private void compareResource(String level, String id) throws Exception {
        String path = "/" + level + "/" + id;
        for (String below : List.of(
                "",
                "/statistics",
                "/attachments",
                "/metadata",
                "/metadata?expand",
                "/module",
                "/module?simplify",
                "/module?short",
                "/metadata/RemoteAET",
                "/metadata/ExpectedNumberOfInstances",
                "/metadata/no-such-metadata")) {
            get(path + below);
        }
        int at = LEVELS.indexOf(level);
        for (String child : LEVELS.subList(at + 1, LEVELS.size())) {
            get(path + "/" + child);
        }
        for (String parent : List.of("patient", "study", "series").subList(0, at)) {
            get(path + "/" + parent);
        }
        if (at < 3) {
            for (String form : List.of("", "?simplify", "?short")) {
                get(path + "/shared-tags" + form);
                get(path + "/instances-tags" + form);
            }
        }
        if (level.equals("patients")) {
            get(path + "/protected");
        } else if (level.equals("studies")) {
            get(path + "/module-patient");
        } else if (level.equals("series")) {
            get(path + "/ordered-slices");
        } else if (level.equals("instances")) {
            compareInstance(path);
        }
    }

    private void compareInstance(String path) throws Exception {
        for (String below : List.of(
                "/tags",
                "/tags?simplify",
                "/tags?short",
                "/tags?ignore-length=0010-0010",
                "/simplified-tags",
                "/header",
                "/header?simplify",
                "/header?short",
                "/file",
                "/frames",
                "/attachments/dicom",
                "/attachments/dicom/size",
                "/attachments/dicom/md5",
                "/attachments/dicom/compressed-size",
                "/attachments/dicom/compressed-md5",
                "/attachments/dicom/is-compressed",
                "/attachments/dicom/data",
                "/attachments/dicom/compressed-data",
                "/metadata/Origin",
                "/metadata/TransferSyntax",
                "/metadata/SopClassUid",
                "/metadata/IndexInSeries",
                "/frames/0/raw",
                "/frames/1/raw",
                "/content/no-such-tag")) {
            get(path + below);
        }
        compareContent(path + "/content", 0);
    }

    /** Walks down the tree of tags, items and nested tags. */
    private void compareContent(String path, int depth) throws Exception {
        HttpResponse<byte[]> answer = get(path);
        if (answer.statusCode() == 200 && depth < 6 && isJson(answer)) {
            for (JsonNode child : json(answer.body())) {
                compareContent(path + "/" + child.asText(), depth + 1);
            }
        }
    }

    private void compareQuestions() throws Exception {
        Set<String> uids = new TreeSet<>();
        for (JsonNode instance :
                json(orthanc.get("/instances?expand&since=0&limit=4").body())) {
            uids.add(instance.at("/MainDicomTags/SOPInstanceUID").asText());
        }
        uids.addAll(List.of("mixed-1", "mixed-2", "nothing", "ACC-deflated"));
        for (String uid : uids) {
            post("/tools/lookup", uid);
        }
        for (String question : List.of(
                "{\"Level\":\"Patient\",\"Query\":{}}",
                "{\"Level\":\"Patient\",\"Query\":{\"PatientID\":\"mixed-*\"},\"Expand\":true}",
                "{\"Level\":\"Study\",\"Query\":{\"PatientName\":\"*NEST*\"},\"Expand\":true}",
                "{\"Level\":\"Study\",\"Query\":{\"PatientName\":\"*nest*\"},\"CaseSensitive\":true}",
                "{\"Level\":\"Study\",\"Query\":{\"AccessionNumber\":\"ACC-deflated\"}}",
                "{\"Level\":\"Study\",\"Query\":{\"StudyDate\":\"20240101-20241231\"},\"Expand\":true}",
                "{\"Level\":\"Study\",\"Query\":{\"StudyDescription\":\"*slices\"}}",
                "{\"Level\":\"Series\",\"Query\":{\"Modality\":\"CT\\\\OT\"}}",
                "{\"Level\":\"Series\",\"Query\":{\"Modality\":\"CT\"},\"Expand\":true}",
                "{\"Level\":\"Instance\",\"Query\":{\"InstanceNumber\":\"2\"}}",
                "{\"Level\":\"Instance\",\"Query\":{\"ImageComments\":\"*quotes*\"}}",
                "{\"Level\":\"Nonsense\",\"Query\":{}}")) {
            post("/tools/find", question);
        }
    }

    private void compareErrors() throws Exception {
        for (String level : LEVELS) {
            for (String below : List.of("", "/metadata", "/statistics", "/attachments", "/module")) {
                get("/" + level + "/no-such-thing" + below);
            }
        }
        get("/instances/no-such-thing/file");
        get("/no-such-route");
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> theirs = orthanc.get(path);
        compare("GET " + path, theirs, server.get(path));
        return theirs;
    }

    private void post(String path, String body) throws IOException, InterruptedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        compare("POST " + path + " " + body, orthanc.post(path, bytes), server.post(path, bytes));
    }

    private void compare(String what, HttpResponse<byte[]> theirs, HttpResponse<byte[]> ours) throws IOException {
        compared++;
        if (theirs.statusCode() != ours.statusCode()) {
            differ(what, "status", "" + theirs.statusCode(), "" + ours.statusCode());
        } else if (theirs.statusCode() == 200) {
            if (isJson(theirs) && isJson(ours)) {
                compare(what, "", sorted(what, json(theirs.body())), sorted(what, json(ours.body())));
            } else if (!Arrays.equals(theirs.body(), ours.body())) {
                differ(what, "body", text(theirs.body()), text(ours.body()));
            }
        }
    }

    private void compare(String what, String at, JsonNode theirs, JsonNode ours) {
        if (theirs.isObject() && ours.isObject()) {
            Set<String> names = new TreeSet<>();
            theirs.fieldNames().forEachRemaining(names::add);
            ours.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                compare(what, at + "/" + name, theirs.path(name), ours.path(name));
            }
        } else if (theirs.isArray() && ours.isArray() && theirs.size() == ours.size()) {
            for (int i = 0; i < theirs.size(); i++) {
                compare(what, at + "/" + i, theirs.get(i), ours.get(i));
            }
        } else if (!theirs.equals(ours) && !sameNumber(theirs, ours)) {
            differ(what, at, show(theirs), show(ours));
        }
    }

    /** Neither names nor the children of a resource have an order; lists of all resources do. */
    private static JsonNode sorted(String what, JsonNode node) {
        if (NAMES.matcher(what).find() && node.isArray()) {
            ObjectNode names = MAPPER.createObjectNode();
            node.forEach(name -> names.put(name.asText(), true));
            return names;
        }
        if (CHILDREN.matcher(what).find() && node.isArray()) {
            return byText(node, child -> child.path("ID").asText() + child.asText());
        }
        for (String children : List.of("Studies", "Series", "Instances")) {
            if (node instanceof ObjectNode object && node.path(children).isArray()) {
                object.set(children, byText(node.path(children), JsonNode::asText));
            }
        }
        return node;
    }

    private static JsonNode byText(JsonNode array, Function<JsonNode, String> key) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(item -> items.add(sorted("", item)));
        items.sort(Comparator.comparing(key));
        return MAPPER.createArrayNode().addAll(items);
    }

    private static boolean sameNumber(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber() && a.doubleValue() == b.doubleValue();
    }

    private void differ(String what, String at, String theirs, String ours) {
        if (!known.covers(what, at, theirs, ours)) {
            differences.add(what + " at " + at + ": Orthanc " + cut(theirs) + ", ours " + cut(ours));
        }
    }

    private static String show(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }

    private static String cut(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    private static boolean isJson(HttpResponse<byte[]> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (type.startsWith("application/json")) {
            return true;
        }
        try {
            // Some routes of Orthanc give JSON no type.
            return answer.body().length > 0
                    && (answer.body()[0] == '{' || answer.body()[0] == '[')
                    && MAPPER.readTree(answer.body()) != null;
        } catch (JsonProcessingException other) {
            return false;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonNode json(byte[] body) throws IOException {
        return MAPPER.readTree(body);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
