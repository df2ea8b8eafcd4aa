package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** DICOMweb of the booted server, beyond the recorded exchanges: what PS3.18 has and the reference lacks. */
@Timeout(300)
class DicomWebIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static final String ROOT = "/dicom-web/";

    @TempDir
    Path directory;

    private ServerProcess server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = SHARED.server();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        return server.send(
                (headers.length == 0 ? request : request.headers(headers)).GET().build());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String path(Attributes dataset) {
        return ROOT + "studies/" + dataset.getString(Tag.StudyInstanceUID) + "/series/"
                + dataset.getString(Tag.SeriesInstanceUID) + "/instances/" + dataset.getString(Tag.SOPInstanceUID);
    }

    private static String series(Attributes dataset) {
        String path = path(dataset);
        return path.substring(0, path.indexOf("/instances/"));
    }

    private Attributes upload(Attributes dataset) throws IOException, InterruptedException {
        byte[] file =
                SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).bytes();
        assertEquals(200, server.post("/instances", file).statusCode());
        return dataset;
    }

    private HttpResponse<byte[]> stow(String path, byte[] body, String type) throws IOException, InterruptedException {
        return server.send(HttpRequest.newBuilder(server.uri(ROOT + path))
                .header("Content-Type", "multipart/related; type=\"" + type + "\"; boundary=b")
                .header("Accept", "application/dicom+json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static void part(ByteArrayOutputStream body, String headers, byte[] content) throws IOException {
        body.write(("\r\n--b\r\n" + headers + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        body.write(content);
    }

    private static byte[] end(ByteArrayOutputStream body) throws IOException {
        body.write("\r\n--b--".getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    @Test
    void theServerListsTheFeatureAsOrthancsPlugin() throws Exception {
        Rest rest = new Rest(server);
        assertTrue(rest.get("/plugins").toString().contains("\"dicom-web\""));
        assertEquals("1.24", rest.get("/plugins/dicom-web").path("Version").asText());
        assertEquals("Active", rest.get("/plugins/dicom-web").path("State").asText());
    }

    @Test
    void aClientNobodyHereWroteStoresSearchesAndReads() throws Exception {
        Path home = NpmPackages.install("dicomweb-client", "dicomweb-client@0.11.3", "xhr2@0.2.1");
        try (InputStream script = getClass().getResourceAsStream("/dicomweb-client.js")) {
            Files.write(home.resolve("client.js"), script.readAllBytes());
        }
        new Rest(server).empty();
        SampleFile file = SampleFile.of("dicomweb-client", 0);
        String output = Command.succeed(
                home,
                "node",
                "client.js",
                server.uri("/dicom-web").toString(),
                file.writeTo(directory, "one.dcm").toString());
        for (String line : List.of(
                "searched " + file.sopInstance() + "\n",
                "retrieved true\n",
                "study 1\n",
                "frame 64\n",
                "bulk true\n")) {
            assertTrue(output.contains(line), line + " is not in " + output);
        }
    }

    @Test
    void aLimitThatCutsIsTold() throws Exception {
        for (int i = 0; i < 3; i++) {
            upload(SampleFile.dataset("limit", i * 50));
        }
        HttpResponse<byte[]> cut = get(ROOT + "studies?PatientName=Test%5Elimit&limit=2");
        assertEquals(2, Rest.JSON.readTree(cut.body()).size());
        assertTrue(
                cut.headers().firstValue("Warning").orElse("").contains("There are 1 additional results"),
                cut.headers().toString());
        HttpResponse<byte[]> rest = get(ROOT + "studies?PatientName=Test%5Elimit&limit=2&offset=2");
        assertEquals(1, Rest.JSON.readTree(rest.body()).size());
        assertTrue(rest.headers().firstValue("Warning").isEmpty());
        assertTrue(get(ROOT + "studies?PatientName=limit&fuzzymatching=true")
                .headers()
                .firstValue("Warning")
                .orElse("")
                .contains("fuzzymatching"));
    }

    @Test
    void keysReachIntoSequences() throws Exception {
        Attributes dataset = SampleFile.dataset("paths", 0);
        dataset.newSequence(Tag.RequestAttributesSequence)
                .newItem()
                .setString(Tag.ScheduledProcedureStepID, VR.SH, "STEP-77");
        upload(dataset);
        upload(SampleFile.dataset("paths", 50));
        JsonNode found =
                Rest.JSON.readTree(get(ROOT + "series?RequestAttributesSequence.ScheduledProcedureStepID=step-*")
                        .body());
        assertEquals(1, found.size());
        assertEquals("STEP-77", found.at("/0/00400275/Value/0/00400009/Value/0").asText());
    }

    @Test
    void queriesThatExplodeAreRefused() throws Exception {
        HttpResponse<byte[]> answer = get(ROOT + "studies?PatientName=" + "*a".repeat(100));
        assertEquals(400, answer.statusCode());
        assertEquals(
                "Bad request",
                Rest.JSON.readTree(answer.body()).path("OrthancError").asText());
    }

    @Test
    void anInstanceComesAloneOrInAnArchive() throws Exception {
        Attributes dataset = upload(SampleFile.dataset("single", 0));
        byte[] file =
                SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).bytes();
        HttpResponse<byte[]> alone = get(path(dataset), "Accept", "application/dicom");
        assertEquals(
                "application/dicom", alone.headers().firstValue("Content-Type").orElse(""));
        assertArrayEquals(file, alone.body());
        assertArrayEquals(file, get(path(dataset) + "?accept=application/dicom").body());
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(
                get(series(dataset), "Accept", "application/zip").body()))) {
            assertTrue(zip.getNextEntry().getName().endsWith(dataset.getString(Tag.SOPInstanceUID) + ".dcm"));
            assertArrayEquals(file, zip.readAllBytes());
        }
        byte[] rle = get(path(dataset), "Accept", "application/dicom; transfer-syntax=" + UID.RLELossless)
                .body();
        DicomFile read = DicomReader.read(rle);
        assertEquals(UID.RLELossless, read.transferSyntax().uid());
        assertEquals(
                406,
                get(path(dataset), "Accept", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.100")
                        .statusCode());
    }

    @Test
    void bulkDataComesInRanges() throws Exception {
        Attributes dataset = upload(SampleFile.dataset("ranges", 0));
        String bulk = path(dataset) + "/bulk/7fe00010";
        byte[] pixels = dataset.getBytes(Tag.PixelData);
        HttpResponse<byte[]> whole = get(bulk, "Accept", "application/octet-stream");
        assertArrayEquals(pixels, whole.body());
        HttpResponse<byte[]> range = get(bulk, "Accept", "application/octet-stream", "Range", "bytes=10-19");
        assertEquals(206, range.statusCode());
        assertEquals(
                "bytes 10-19/64", range.headers().firstValue("Content-Range").orElse(""));
        assertArrayEquals(Arrays.copyOfRange(pixels, 10, 20), range.body());
        assertEquals(
                416,
                get(bulk, "Accept", "application/octet-stream", "Range", "bytes=64-")
                        .statusCode());
    }

    @Test
    void framesComeInOtherEncodingsAndAlone() throws Exception {
        Attributes dataset = upload(SampleFile.dataset("frames", 0));
        String frame = path(dataset) + "/frames/1";
        assertArrayEquals(
                dataset.getBytes(Tag.PixelData),
                get(frame, "Accept", "application/octet-stream").body());
        for (String type : List.of("image/jpeg", "image/jls", "image/jp2", "image/dicom-rle")) {
            HttpResponse<byte[]> answer = get(frame, "Accept", type);
            assertEquals(200, answer.statusCode(), type + ": " + text(answer));
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith(type + ";transfer-syntax="));
        }
    }

    @Test
    void manyFramesMakeAnAnimation() throws Exception {
        Attributes dataset = SampleFile.dataset("cine", 0);
        dataset.setString(Tag.NumberOfFrames, VR.IS, "3");
        dataset.setBytes(Tag.PixelData, VR.OB, new byte[192]);
        upload(dataset);
        HttpResponse<byte[]> gif = get(path(dataset) + "/rendered", "Accept", "image/gif");
        try (var in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif.body()))) {
            var reader = ImageIO.getImageReadersByFormatName("gif").next();
            reader.setInput(in);
            assertEquals(3, reader.getNumImages(true));
        }
        HttpResponse<byte[]> thumbnail = get(path(dataset) + "/frames/2/thumbnail?viewport=4,4", "Accept", "image/png");
        assertEquals(4, ImageIO.read(new ByteArrayInputStream(thumbnail.body())).getWidth());
    }

    @Test
    void keptMetadataAreNeverStale() throws Exception {
        Attributes first = upload(SampleFile.dataset("stale", 0));
        String metadata = series(first) + "/metadata";
        assertEquals(1, Rest.JSON.readTree(get(metadata).body()).size());
        Attributes second = upload(SampleFile.dataset("stale", 1));
        assertEquals(2, Rest.JSON.readTree(get(metadata).body()).size());
        HttpResponse<byte[]> packed = get(metadata, "Accept-Encoding", "gzip");
        assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse(""));
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertEquals(Rest.JSON.readTree(get(metadata).body()), Rest.JSON.readTree(in));
        }
        String id = SampleFile.of(second, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).id();
        assertEquals(
                200,
                server.post(
                                "/instances/" + id + "/modify",
                                "{\"Replace\":{\"SeriesDescription\":\"x\"}}".getBytes(StandardCharsets.UTF_8))
                        .statusCode());
        assertEquals(200, server.delete("/instances/" + id).statusCode());
        assertEquals(1, Rest.JSON.readTree(get(metadata).body()).size());
        assertEquals(404, get(metadata.replace("/series/", "/series/9")).statusCode());
    }

    @Test
    void metadataAndBulkDataBecomeAnInstance() throws Exception {
        Attributes dataset = upload(SampleFile.dataset("assemble", 0));
        ObjectNode json = (ObjectNode)
                Rest.JSON.readTree(get(path(dataset) + "/metadata").body()).get(0);
        json.withObject("/00080018").putArray("Value").add("2.25.77001");
        json.withObject("/7FE00010").put("BulkDataURI", "pixels");
        json.withObject("/00100010")
                .withArray("Value")
                .removeAll()
                .addObject()
                .put("Alphabetic", "M\u00fcller^J\u00f6rg");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "Content-Type: application/dicom+json", ("[" + json + "]").getBytes(StandardCharsets.UTF_8));
        part(
                body,
                "Content-Type: application/octet-stream\r\nContent-Location: pixels",
                dataset.getBytes(Tag.PixelData));
        HttpResponse<byte[]> answer = stow("studies", end(body), "application/dicom+json");
        assertEquals(200, answer.statusCode(), text(answer));
        DicomFile stored =
                DicomReader.read(get(series(dataset) + "/instances/2.25.77001", "Accept", "application/dicom")
                        .body());
        assertEquals("M\u00fcller^J\u00f6rg", stored.dataset().getString(Tag.PatientName));
        assertArrayEquals(dataset.getBytes(Tag.PixelData), stored.dataset().getBytes(Tag.PixelData));
    }

    @Test
    void eachInstanceHasItsOutcome() throws Exception {
        SampleFile good = SampleFile.of("outcome", 0);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "Content-Type: application/dicom", good.bytes());
        part(body, "Content-Type: application/dicom", Arrays.copyOf(good.bytes(), good.bytes().length - 10));
        part(body, "Content-Type: application/dicom", "nonsense".getBytes(StandardCharsets.US_ASCII));
        HttpResponse<byte[]> answer = stow("studies", end(body), "application/dicom");
        JsonNode report = Rest.JSON.readTree(answer.body());
        assertEquals(202, answer.statusCode(), report.toString());
        assertEquals(
                good.sopInstance(),
                report.at("/00081199/Value/0/00081155/Value/0").asText());
        assertEquals(0xC000, report.at("/00081198/Value/0/00081197/Value/0").asInt());
        assertEquals(0xC000, report.at("/0008119A/Value/0/00081197/Value/0").asInt());
    }

    @Test
    void hostileMessagesGetClearErrors() throws Exception {
        byte[] file = SampleFile.of("hostile", 0).bytes();
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        part(open, "Content-Type: application/dicom", file);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        part(bomb, "A: " + "x".repeat(1 << 20), file);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 250_000; i++) {
            part(many, "A: b", new byte[0]);
        }
        for (byte[] body : List.of(open.toByteArray(), end(bomb), end(many), new byte[0])) {
            HttpResponse<byte[]> answer = stow("studies", body, "application/dicom");
            assertEquals(400, answer.statusCode());
            assertFalse(
                    Rest.JSON.readTree(answer.body()).path("Details").asText().isBlank(), text(answer));
        }
        assertEquals(200, server.get("/system").statusCode());
    }

    @Test
    void theServiceTellsWhatItCan() throws Exception {
        for (String path : List.of("/dicom-web", ROOT + "studies")) {
            HttpResponse<byte[]> answer = server.send(HttpRequest.newBuilder(server.uri(path))
                    .method("OPTIONS", BodyPublishers.noBody())
                    .build());
            assertEquals(200, answer.statusCode(), text(answer));
            assertTrue(text(answer).contains("path=\"studies/{study}/series/{series}/metadata\""), text(answer));
        }
        assertEquals(404, get("/dicom-web").statusCode());
    }

    @Test
    void aStudyIsDeletedByItsResource() throws Exception {
        Attributes dataset = upload(SampleFile.dataset("deleted", 0));
        HttpRequest delete =
                HttpRequest.newBuilder(server.uri(path(dataset))).DELETE().build();
        assertEquals(204, server.send(delete).statusCode());
        assertEquals(404, server.send(delete).statusCode());
    }

    @Test
    void aServerSendsToItselfByADurableJob() throws Exception {
        upload(SampleFile.dataset("self", 0));
        Rest rest = new Rest(server);
        rest.put("/dicom-web/servers/self", "{\"Url\": \"" + server.uri("/dicom-web") + "\", \"HasDelete\": true}");
        String study = SampleFile.of("self", 0).ids().study();
        String job = rest.post(
                        "/dicom-web/servers/self/stow", "{\"Resources\": [\"" + study + "\"], \"Synchronous\": false}")
                .path("ID")
                .asText();
        JsonNode ended = rest.awaitJob(job);
        assertEquals("Success", ended.path("State").asText(), ended.toString());
        assertEquals("DicomWebStowClient", ended.path("Type").asText());
        assertEquals(100, ended.path("Progress").asInt());
        assertEquals(
                200,
                server.send(HttpRequest.newBuilder(server.uri("/dicom-web/servers/self"))
                                .DELETE()
                                .build())
                        .statusCode());
    }
}
