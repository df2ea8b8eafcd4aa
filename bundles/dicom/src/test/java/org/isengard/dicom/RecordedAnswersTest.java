package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.dicom.orthanc.ResourceIds;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares JSON forms, raw contents and resource identifiers with the recorded answers of the reference server. */
class RecordedAnswersTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern REQUEST =
            Pattern.compile("GET /instances/\\$\\{(\\w+)}/(tags|simplified-tags|header|content)(/[^?]*)?(?:\\?(.*))?");

    private final Map<String, Path> instances = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    @TestFactory
    Stream<DynamicTest> answersAreThoseOfTheReference() throws IOException {
        Path kit = Samples.kit();
        Dictionary dictionary = dictionary(kit);
        Set<String> open = openSteps();
        var tests = new ArrayList<DynamicTest>();
        List<Path> recordings;
        try (var files = Files.list(kit.resolve("golden"))) {
            recordings = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        for (Path recording : recordings) {
            instances.clear();
            variables.clear();
            int number = 0;
            String scenario = recording.getFileName().toString().replace(".json", "");
            for (JsonNode step : MAPPER.readTree(recording.toFile()).get("steps")) {
                String name = recording.getFileName() + "/" + number++ + " "
                        + step.path("do").asText("upload");
                List<DynamicTest> ofStep = new ArrayList<>();
                step(kit, step, name, dictionary, ofStep);
                // The replay against the server tells when a step leaves the list.
                if (!open.contains("%s/%03d ".formatted(scenario, number))) {
                    tests.addAll(ofStep);
                }
            }
        }
        assertTrue(tests.size() > 300, "only " + tests.size() + " recorded answers were found");
        return tests.stream();
    }

    /** {@return scenario and number of the steps that do not pass yet, such as "10-ingest/001 "} */
    private static Set<String> openSteps() throws IOException {
        Path list = Path.of("../../itests/conformance/open-steps.txt");
        try (var lines = Files.lines(list)) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(line -> line.substring(0, line.indexOf(' ') + 1))
                    .collect(Collectors.toSet());
        }
    }

    private void step(Path kit, JsonNode step, String name, Dictionary dictionary, List<DynamicTest> tests) {
        JsonNode view = step.path("expect").path("view");
        List<String> uploaded = new ArrayList<>();
        step.path("upload").forEach(file -> uploaded.add(file.asText()));
        if (step.path("do").asText().equals("POST /instances") && step.has("file") && !step.has("truncate")) {
            uploaded.add(step.get("file").asText());
        }
        for (int i = 0; i < uploaded.size(); i++) {
            JsonNode answer = view.isArray() ? view.path(i) : view;
            Path file = kit.resolve("samples").resolve(uploaded.get(i));
            if (answer.path("Status").asText().equals("Success")
                    && !answer.path("ID").asText().contains("<")) {
                instances.put(answer.get("ID").asText(), file);
                tests.add(DynamicTest.dynamicTest(name + " " + uploaded.get(i), () -> identifiers(answer, file)));
            }
        }
        step.path("save").properties().forEach(saved -> {
            JsonNode value = view.at("/" + saved.getValue().asText().replace('.', '/'));
            variables.put(saved.getKey(), value.asText());
        });
        Matcher request = REQUEST.matcher(step.path("do").asText());
        Path file = request.matches() ? instances.get(variables.get(request.group(1))) : null;
        if (file != null
                && (request.group(2).equals("content")
                        || step.at("/expect/kind").asText().equals("json"))) {
            String kind = request.group(2);
            String path = Optional.ofNullable(request.group(3)).orElse("");
            String query = Optional.ofNullable(request.group(4)).orElse("");
            JsonNode expected = step.get("expect");
            tests.add(DynamicTest.dynamicTest(name + " of " + file.getFileName(), () -> {
                if (kind.equals("content")) {
                    content(expected, file, path, dictionary);
                } else {
                    var differences = new ArrayList<String>();
                    compare("", expected.get("view"), json(file, kind, query, dictionary), differences);
                    assertEquals(List.of(), differences);
                }
            }));
        }
    }

    private static void identifiers(JsonNode answer, Path file) throws IOException {
        ResourceIds ids = ResourceIds.of(
                        DicomReader.read(file, ReadOptions.header()).dataset())
                .orElseThrow();
        assertEquals(answer.get("ID").asText(), ids.instance());
        assertEquals(answer.get("ParentSeries").asText(), ids.series());
        assertEquals(answer.get("ParentStudy").asText(), ids.study());
        assertEquals(answer.get("ParentPatient").asText(), ids.patient());
    }

    private static JsonNode json(Path file, String kind, String query, Dictionary dictionary) throws IOException {
        // The reference lists the tags up to the pixel data, and so does the storage of the server.
        DicomFile dicom = DicomReader.read(
                file, ReadOptions.defaults().withDictionary(dictionary).withStopAt(Tag.PixelData + 1));
        Attributes attributes = kind.equals("header") ? dicom.meta() : dicom.dataset();
        DicomJson.Format format = kind.equals("simplified-tags") || query.contains("simplify")
                ? DicomJson.Format.SIMPLIFIED
                : query.contains("short") ? DicomJson.Format.SHORT : DicomJson.Format.FULL;
        Set<Integer> ignored = new HashSet<>();
        Matcher tags = Pattern.compile("ignore-length=([^&]*)").matcher(query);
        while (tags.find()) {
            ignored.add(Tags.parse(tags.group(1), dictionary).orElseThrow());
        }
        var text = new StringWriter();
        try (var generator = MAPPER.createGenerator(text)) {
            DicomJson.write(
                    generator,
                    attributes,
                    format,
                    JsonOptions.defaults().withDictionary(dictionary).withIgnoreLength(ignored));
        }
        return MAPPER.readTree(text.toString());
    }

    private static void compare(String path, JsonNode expected, JsonNode actual, List<String> differences) {
        if (expected == null || actual == null || !expected.isContainerNode() || expected.size() != actual.size()) {
            if (expected != null && expected.isObject() && actual != null) {
                expected.fieldNames().forEachRemaining(name -> {
                    if (!actual.has(name)) {
                        differences.add(path + "/" + name + " is missing");
                    }
                });
                actual.fieldNames().forEachRemaining(name -> {
                    if (!expected.has(name)) {
                        differences.add(path + "/" + name + " is too much");
                    }
                });
            } else if (expected == null || !expected.equals(actual)) {
                differences.add(path + ": " + actual + " instead of " + expected);
            }
        } else if (expected.isObject()) {
            expected.fieldNames()
                    .forEachRemaining(
                            name -> compare(path + "/" + name, expected.get(name), actual.get(name), differences));
        } else {
            for (int i = 0; i < expected.size(); i++) {
                compare(path + "/" + i, expected.get(i), actual.get(i), differences);
            }
        }
    }

    private static void content(JsonNode expected, Path file, String path, Dictionary dictionary) throws Exception {
        Attributes dataset = DicomReader.read(file, ReadOptions.defaults().withDictionary(dictionary))
                .dataset();
        JsonNode view = expected.get("view");
        DicomPath dicomPath = DicomPath.of(path, dictionary);
        switch (expected.get("status").asInt()) {
            case 500 -> assertThrows(DicomPath.UnknownTagException.class, () -> dicomPath.resolve(dataset));
            case 404 -> assertEquals(Optional.empty(), dicomPath.resolve(dataset));
            default -> {
                DicomPath.Content content = dicomPath.resolve(dataset).orElseThrow();
                var strings = new ArrayList<String>();
                if (content instanceof DicomPath.Raw raw) {
                    if (view.isTextual()) {
                        assertEquals(view.asText(), new String(raw.bytes(), StandardCharsets.UTF_8));
                    } else {
                        byte[] digest = MessageDigest.getInstance("SHA-256").digest(raw.bytes());
                        assertEquals(view.get("length").asInt(), raw.bytes().length);
                        assertEquals(
                                view.get("sha256").asText(),
                                HexFormat.of().formatHex(digest).substring(0, 32));
                    }
                } else if (content instanceof DicomPath.Listing listing) {
                    view.forEach(tag -> strings.add(tag.asText()));
                    assertEquals(strings, listing.tags());
                } else if (content instanceof DicomPath.Items items) {
                    view.forEach(item -> strings.add(item.asText()));
                    assertEquals(strings, items.names());
                }
            }
        }
    }

    private static Dictionary dictionary(Path kit) throws IOException {
        var entries = new ArrayList<Dictionary.Entry>();
        MAPPER.readTree(kit.resolve("orthanc-config.json").toFile())
                .get("Dictionary")
                .properties()
                .forEach(field -> {
                    JsonNode v = field.getValue();
                    int tag = Tags.parse(field.getKey(), Dictionary.standard()).orElseThrow();
                    entries.add(new Dictionary.Entry(
                            tag,
                            VR.of(v.get(0).asText()),
                            v.get(1).asText(),
                            v.get(2).asInt(),
                            v.get(3).asInt(),
                            v.get(4).asText()));
                });
        return Dictionary.standard().withPrivate(entries);
    }
}
