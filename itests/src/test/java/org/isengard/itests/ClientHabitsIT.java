package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients of Orthanc send besides plain requests: each rule holds on every route. */
@Timeout(60)
class ClientHabitsIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private ServerProcess server;
    private Rest rest;

    @BeforeEach
    void empty() throws Exception {
        server = SHARED.server();
        rest = new Rest(server);
        rest.empty();
    }

    private HttpResponse<byte[]> call(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return server.send(request.build());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private JsonNode upload(String name) throws Exception {
        return rest.post("/instances", SampleFile.of(name, 1).bytes());
    }

    @Test
    void methodsAreOverriddenOnEveryRoute() throws Exception {
        String modality = "[\"SOMEBODY\", \"127.0.0.1\", 104]";
        assertEquals(
                200,
                call("POST", "/modalities/x", modality, "X-HTTP-Method-Override", "PUT")
                        .statusCode());
        assertTrue(rest.get("/modalities").toString().contains("\"x\""));
        assertEquals(200, call("GET", "/modalities/x?_method=DELETE", null).statusCode());
        assertFalse(rest.get("/modalities").toString().contains("\"x\""));
        String instance = upload("override").path("ID").asText();
        assertEquals(
                400,
                call("POST", "/instances/" + instance, "", "X-HTTP-Method-Override", "GET")
                        .statusCode());
        assertEquals(
                200,
                call("POST", "/instances/" + instance, "", "X-HTTP-Method-Override", "delete")
                        .statusCode());
        assertEquals(404, server.get("/instances/" + instance).statusCode());
    }

    @Test
    void xmlIsWellFormedOnRoutesThatAnswerJson() throws Exception {
        String study = upload("xml").path("ParentStudy").asText();
        for (String path : List.of(
                "/system",
                "/statistics",
                "/changes",
                "/studies",
                "/studies?expand",
                "/studies/" + study,
                "/jobs",
                "/plugins",
                "/studies/" + study + "/metadata?expand",
                "/modalities?expand")) {
            HttpResponse<byte[]> answer = call("GET", path, null, "Accept", "application/xml");
            assertEquals(
                    "application/xml;charset=utf-8",
                    answer.headers().firstValue("Content-Type").orElse("").replace(" ", ""),
                    path);
            assertEquals(
                    "root",
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(answer.body()))
                            .getDocumentElement()
                            .getTagName(),
                    path);
        }
        assertTrue(
                text(call("GET", "/nothing", null, "Accept", "application/xml")).startsWith("{"));
    }

    @Test
    void flagsTakeValuesOnEveryRoute() throws Exception {
        String instance = upload("flags").path("ID").asText();
        String one = "/instances/" + instance;
        for (String[] flag : new String[][] {
            {"/instances", "expand"},
            {one + "/metadata", "expand"},
            {one + "/metadata", "numeric"},
            {one + "/attachments", "full"},
            {one + "/tags", "simplify"},
            {one + "/tags", "short"},
            {one, "short"},
            {one + "/study", "full"},
            {"/modalities", "expand"},
            {"/peers", "expand"}
        }) {
            JsonNode without = rest.get(flag[0]);
            JsonNode with = rest.get(flag[0] + "?" + flag[1]);
            for (String value : List.of("=0", "=false", "=False")) {
                assertEquals(without, rest.get(flag[0] + "?" + flag[1] + value), flag[0] + flag[1] + value);
            }
            for (String value : List.of("=", "=1", "=true", "=True")) {
                assertEquals(with, rest.get(flag[0] + "?" + flag[1] + value), flag[0] + flag[1] + value);
            }
            assertEquals(400, server.get(flag[0] + "?" + flag[1] + "=maybe").statusCode(), flag[0] + flag[1]);
        }
    }

    @Test
    void namesOfFilesBeyondAsciiAreSentTwice() throws Exception {
        JsonNode stored = upload("names");
        String utf8 = "attachment; filename=\"c_r_.zip\"; filename*=UTF-8''c%C3%A9r%C3%A9.zip";
        for (String path : List.of(
                stored.path("Path").asText() + "/file",
                "/studies/" + stored.path("ParentStudy").asText() + "/archive",
                "/series/" + stored.path("ParentSeries").asText() + "/media")) {
            HttpResponse<byte[]> answer = server.get(path + "?filename=c%C3%A9r%C3%A9.zip");
            assertEquals(
                    utf8, answer.headers().firstValue("Content-Disposition").orElse(""), path);
            answer = server.get(path + "?filename=..%2F%22a%0D%0AX%3A%20b");
            assertEquals(200, answer.statusCode(), path);
            assertEquals(
                    "filename=\".._aX: b\"",
                    answer.headers().firstValue("Content-Disposition").orElse(""),
                    path);
        }
    }

    @Test
    void errorsOfTheHttpLayerHaveABody() throws Exception {
        HttpResponse<byte[]> wrong = call("PUT", "/system", "");
        assertEquals(405, wrong.statusCode());
        assertEquals("GET", wrong.headers().firstValue("Allow").orElse(""));
        assertEquals(405, Rest.JSON.readTree(wrong.body()).path("HttpStatus").asInt());
        HttpResponse<byte[]> unknown = call("PROPFIND", "/system", null);
        assertEquals(400, unknown.statusCode());
        assertEquals(400, Rest.JSON.readTree(unknown.body()).path("HttpStatus").asInt());
    }

    @Test
    void formsComeInChunks() throws Exception {
        byte[] file = SampleFile.of("chunks", 1).bytes();
        int half = file.length / 2;
        String total = "/" + file.length;
        assertEquals(
                200,
                chunk(file, 0, half, "Content-Range", "bytes 0-" + (half - 1) + total)
                        .statusCode());
        assertEquals(0, rest.count("Instances"));
        // A chunk that leaves a gap is refused, and the file is forgotten.
        assertEquals(
                400,
                chunk(file, half, file.length, "Content-Range", "bytes " + (half + 1) + "-" + (file.length - 1) + total)
                        .statusCode());
        assertEquals(
                200,
                chunk(file, 0, half, "Content-Range", "bytes 0-" + (half - 1) + total)
                        .statusCode());
        assertEquals(
                200,
                chunk(file, half, file.length, "Content-Range", "bytes " + half + "-" + (file.length - 1) + total)
                        .statusCode());
        assertEquals(1, rest.count("Instances"));

        byte[] other = SampleFile.of("other-chunks", 1).bytes();
        String size = Integer.toString(other.length);
        assertEquals(
                200,
                chunk(other, 0, half, "X-File-Name", "a.dcm", "X-File-Size", size)
                        .statusCode());
        assertEquals(
                200,
                chunk(other, half, other.length, "X-File-Name", "a.dcm", "X-File-Size", size)
                        .statusCode());
        assertEquals(2, rest.count("Instances"));
    }

    private HttpResponse<byte[]> chunk(byte[] file, int from, int to, String... headers) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write("--b\r\nContent-Disposition : form-data ; name = f\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        body.write(Arrays.copyOfRange(file, from, to));
        // No line end behind the last boundary, as hand-written clients send it.
        body.write("\r\n--b--".getBytes(StandardCharsets.US_ASCII));
        return server.send(HttpRequest.newBuilder(server.uri("/instances"))
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .header("Content-Type", "multipart/form-data ; boundary = b")
                .headers(headers)
                .build());
    }

    @Test
    void rangesAreBytesOfNoType() throws Exception {
        String data = upload("ranges").path("Path").asText() + "/attachments/dicom/data";
        HttpResponse<byte[]> range = call("GET", data, null, "Range", "bytes=128-131");
        assertEquals(206, range.statusCode());
        assertEquals(
                "application/octet-stream",
                range.headers().firstValue("Content-Type").orElse(""));
        assertEquals("DICM", text(range));
        assertEquals(400, call("GET", data, null, "If-None-Match", "nonsense").statusCode());
    }

    @Test
    void changesEndWhereTheyEnd() throws Exception {
        upload("changes");
        long last = rest.get("/changes?last").path("Last").asLong();
        for (String query : List.of("since=" + last, "since=" + (last + 5), "since=" + last + "&limit=0")) {
            JsonNode page = rest.get("/changes?" + query);
            assertEquals(0, page.path("Changes").size(), query);
            assertTrue(page.path("Done").asBoolean(), query);
            assertEquals(last, page.path("Last").asLong(), query);
        }
        JsonNode page = rest.get("/changes?since=" + (last - 2) + "&limit=1");
        assertFalse(page.path("Done").asBoolean());
        assertEquals(last - 1, page.path("Last").asLong());
        assertTrue(rest.get("/changes?since=" + (last - 1) + "&limit=1")
                .path("Done")
                .asBoolean());
    }

    @Test
    void theExplorerGetsAScriptWithoutPlugins() throws Exception {
        HttpResponse<byte[]> script = server.get("/plugins/explorer.js");
        assertEquals(
                "application/javascript",
                script.headers().firstValue("Content-Type").orElse(""));
        assertTrue(text(script).startsWith("//"));
    }

    @Test
    void probesNeedNothing() throws Exception {
        assertEquals("{\"Status\":\"up\"}", text(server.get("/health/live")));
        HttpResponse<byte[]> ready = server.get("/health/ready");
        assertEquals(200, ready.statusCode(), text(ready));
        assertEquals(
                "up",
                Rest.JSON.readTree(ready.body()).path("Parts").path("database").asText());
        assertEquals(
                "up",
                Rest.JSON.readTree(ready.body()).path("Parts").path("storage").asText());
    }

    @Test
    void metricsHaveHelpAndType() throws Exception {
        upload("metrics");
        server.post("/instances", "no DICOM".getBytes(StandardCharsets.US_ASCII));
        String metrics = text(server.get("/tools/metrics-prometheus"));
        Set<String> described = new HashSet<>();
        for (String line : metrics.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                assertTrue(described.add(line.split(" ")[2]), line);
            } else if (!line.startsWith("#")) {
                assertTrue(described.contains(line.split("[ {]")[0]), line);
            }
        }
        for (String figure : List.of(
                "isengard_http_answers_total{method=\"POST\",route=\"/instances\",status=\"400\"}",
                "isengard_ingest_instances_total{origin=\"RestApi\",outcome=\"Success\"}",
                "isengard_ingest_instances_total{origin=\"RestApi\",outcome=\"Refused\"}",
                "isengard_database_up 1",
                "orthanc_storage_written_bytes")) {
            assertTrue(metrics.contains(figure), figure + " in\n" + metrics);
        }
    }

    @Test
    void theMetadataOfAnInstanceAreOrthancs() throws Exception {
        JsonNode metadata = rest.get(upload("metadata").path("Path").asText() + "/metadata?expand");
        assertTrue(metadata.path("PixelDataOffset").asInt() > 0, metadata.toString());
        assertFalse(metadata.has("PixelDataVR"), metadata.toString());
    }

    @Test
    void aStarFindsWhatHasTheTag() throws Exception {
        Attributes with = SampleFile.dataset("star-with", 1);
        with.setString(Tag.PatientSex, VR.CS, "");
        rest.post(
                "/instances",
                SampleFile.of(with, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).bytes());
        upload("star-without");
        for (String level : List.of("Patient", "Study", "Series", "Instance")) {
            String query = "{\"Level\": \"" + level + "\", \"Query\": {\"PatientSex\": \"*\"}}";
            assertEquals(1, rest.post("/tools/find", query).size(), level);
        }
        assertEquals(
                2,
                rest.post("/tools/find", "{\"Level\": \"Study\", \"Query\": {\"PatientSex\": \"\"}}")
                        .size());
    }

    @Test
    void aFileComesInTheModelsOfDicomweb() throws Exception {
        String file = upload("models").path("Path").asText() + "/file";
        HttpResponse<byte[]> json = call("GET", file, null, "Accept", "application/dicom+json");
        assertEquals(
                "application/dicom+json",
                json.headers().firstValue("Content-Type").orElse(""));
        JsonNode model = Rest.JSON.readTree(json.body());
        assertEquals("Test^models", model.at("/00100010/Value/0/Alphabetic").asText());
        assertFalse(model.at("/7FE00010/InlineBinary").asText().isEmpty());
        HttpResponse<byte[]> xml = call("GET", file, null, "Accept", "application/dicom+xml");
        assertEquals(
                "application/dicom+xml",
                xml.headers().firstValue("Content-Type").orElse(""));
        assertTrue(text(xml).contains("<NativeDicomModel"), text(xml));
        // Among others, a model is not asked for: as from Orthanc, the file comes as it is.
        assertEquals(
                "application/dicom",
                call("GET", file, null, "Accept", "application/dicom+json, */*")
                        .headers()
                        .firstValue("Content-Type")
                        .orElse(""));
    }

    @Test
    void aBodyOfTagsAloneCreatesAnInstance() throws Exception {
        String id = rest.post("/tools/create-dicom", "{\"PatientName\": \"Plain^Tags\", \"Modality\": \"CT\"}")
                .path("ID")
                .asText();
        JsonNode tags = rest.get("/instances/" + id + "/simplified-tags");
        assertEquals("Plain^Tags", tags.path("PatientName").asText());
        assertEquals("CT", tags.path("Modality").asText());
        HttpResponse<byte[]> below = call("POST", "/tools/create-dicom", "{\"Parent\": \"" + id + "\", \"Tags\": {}}");
        assertEquals(400, below.statusCode());
        assertTrue(text(below).contains("2025"), text(below));
    }

    @Test
    void aQueryToAModalityNeedsNoKeys() throws Exception {
        upload("keys");
        rest.put("/modalities/keys", "[\"ISENGARD\", \"127.0.0.1\", " + server.dicomPort() + "]");
        try {
            String query = rest.post("/modalities/keys/query", "{\"Level\": \"Study\"}")
                    .path("Path")
                    .asText();
            assertEquals(1, rest.get(query + "/answers").size());
            String below = rest.post(query + "/answers/0/query-series", "{}")
                    .path("Path")
                    .asText();
            assertEquals(1, rest.get(below + "/answers").size());
            JsonNode normalized = rest.post(
                    "/modalities/keys/query",
                    "{\"Level\": \"Patient\", \"Query\": {\"PatientComments\": \"\", \"SeriesDescription\": \"\"}}");
            JsonNode answer = rest.get(normalized.path("Path").asText() + "/answers/0/content?simplify");
            assertTrue(answer.has("PatientComments"), "a tag of the module of the level is asked for");
            assertFalse(answer.has("SeriesDescription"), "a tag of another level is left out");
            HttpResponse<byte[]> nothing =
                    call("POST", "/modalities/keys/move", "{\"Level\": \"Study\", \"Resources\": [{}]}");
            assertEquals(400, nothing.statusCode(), text(nothing));
        } finally {
            call("DELETE", "/modalities/keys", null);
        }
    }

    @Test
    void metadataThatWouldNotComeBackAreRefused() throws Exception {
        String path = "/instances/" + upload("bytes").path("ID").asText() + "/metadata/1024";
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        assertEquals(
                400,
                server.send(request.PUT(BodyPublishers.ofByteArray(new byte[] {(byte) 0xff, (byte) 0xfe}))
                                .build())
                        .statusCode());
        assertEquals(404, server.get(path).statusCode());
    }
}
