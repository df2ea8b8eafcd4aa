package org.isengard.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The routes answer as the reference server did, pixel by pixel. */
class RecordedImagesTest {
    private static final String ID = "instance";

    private static Path kit() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path kit = at.resolve("shared").resolve("conformance");
            if (Files.isDirectory(kit)) {
                return kit;
            }
        }
        Assumptions.abort("there is no shared/conformance above the working directory");
        throw new IllegalStateException();
    }

    @TestFactory
    Stream<DynamicTest> answersAreAsRecorded() throws IOException {
        Path kit = kit();
        List<DynamicTest> tests = new ArrayList<>();
        for (String scenario : List.of("60-images-formats", "61-images-large", "62-images-lossy", "63-images-params")) {
            JsonNode steps = new ObjectMapper()
                    .readTree(kit.resolve("golden/" + scenario + ".json").toFile())
                    .path("steps");
            Path file = null;
            for (JsonNode step : steps) {
                if (step.has("upload")) {
                    file = kit.resolve("samples")
                            .resolve(step.path("upload").get(0).asText());
                } else if (step.path("do").asText().startsWith("GET /instances/${i}/")) {
                    Path sample = file;
                    tests.add(DynamicTest.dynamicTest(
                            scenario + " " + kit.relativize(sample) + " "
                                    + step.path("do").asText(),
                            () -> check(kit, sample, step)));
                }
            }
        }
        return tests.stream();
    }

    private static void check(Path kit, Path sample, JsonNode step) throws Exception {
        SampleFiles files = new SampleFiles();
        files.put(ID, sample);
        Images images = new Images(files.index(), files.attachments(), files, 1 << 20);
        ImagingRoutes routes = new ImagingRoutes(images, files, files.index(), false);
        Map<String, String> headers = new HashMap<>();
        step.path("headers")
                .properties()
                .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
        String uri = step.path("do").asText().substring(4).replace("${i}", ID);
        TestCall answer = TestCall.get(routes, uri, headers);
        JsonNode expected = step.path("expect");
        JsonNode view = expected.path("view");
        if (expected.path("status").asInt() == 500 && view.path("OrthancStatus").asInt() == 2) {
            // What the reference cannot do, we may.
            return;
        }
        assertEquals(expected.path("status").asInt(), answer.status());
        if (answer.status() != 200) {
            return;
        }
        byte[] body = answer.body();
        switch (expected.path("kind").asText()) {
            case "bytes" -> assertEquals(view.path("sha256").asText(), digest(body));
            case "gzip" ->
                assertEquals(
                        view.path("sha256").asText(),
                        digest(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()));
            case "text" -> assertEquals(view.asText(), new String(body, StandardCharsets.UTF_8));
            case "json" -> assertEquals(view, new ObjectMapper().readTree(body));
            case "numpy" -> {
                int head = 10 + (body[8] & 0xff | (body[9] & 0xff) << 8);
                assertEquals(view.path("sha256").asText(), digest(Arrays.copyOfRange(body, head, body.length)));
            }
            case "image" ->
                picture(kit, body, view, step.path("rules").path("tolerance").asInt());
            default -> assertTrue(body.length > 0);
        }
    }

    private static void picture(Path kit, byte[] body, JsonNode view, int tolerance) throws Exception {
        if ("pam".equals(view.path("format").asText())) {
            assertEquals('P', body[0]);
            return;
        }
        Raster ours = ImageIO.read(new ByteArrayInputStream(body)).getRaster();
        assertEquals(view.path("shape").get(0).asInt(), ours.getHeight());
        assertEquals(view.path("shape").get(1).asInt(), ours.getWidth());
        if ("jpeg".equals(view.path("format").asText())) {
            return;
        }
        int[] samples = ours.getPixels(0, 0, ours.getWidth(), ours.getHeight(), (int[]) null);
        if (tolerance == 0) {
            int bytes = "uint16".equals(view.path("dtype").asText()) ? 2 : 1;
            byte[] little = new byte[samples.length * bytes];
            for (int i = 0; i < little.length; i++) {
                little[i] = (byte) (samples[i / bytes] >> 8 * (i % bytes));
            }
            assertEquals(view.path("sha256").asText(), digest(little));
            return;
        }
        Raster theirs = ImageIO.read(
                        kit.resolve("golden/blobs/" + view.path("blob").asText())
                                .toFile())
                .getRaster();
        int[] recorded = theirs.getPixels(0, 0, theirs.getWidth(), theirs.getHeight(), (int[]) null);
        assertEquals(recorded.length, samples.length);
        int worst = 0;
        for (int i = 0; i < samples.length; i++) {
            worst = Math.max(worst, Math.abs(samples[i] - recorded[i]));
        }
        assertTrue(worst <= tolerance, "worst difference " + worst);
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                .substring(0, 32);
    }
}
