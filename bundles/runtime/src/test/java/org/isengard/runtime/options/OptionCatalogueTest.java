package org.isengard.runtime.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The catalogue against Orthanc's options, against what the components read, and against the guide. */
class OptionCatalogueTest {
    private static final Path BUNDLES = Path.of("").toAbsolutePath().getParent();
    private static final Path GUIDE =
            BUNDLES.resolve("../docs/guide/options.md").normalize();
    private static final Path ORTHANC =
            BUNDLES.resolve("../../shared/api/orthanc-1.13.0-options.tsv").normalize();

    /** Options whose default differs from Orthanc's, and why. */
    private static final Map<String, String> OWN_DEFAULTS = Map.of(
            "Name", "a server without a name shows which program it is",
            "DicomThreadsCount", "an association holds a thread while it is open");

    private static final Pattern CONFIG =
            Pattern.compile("(?:@interface|interface) \\w*Config \\{(.*?)\\n *\\}", Pattern.DOTALL);
    private static final Pattern METHOD =
            Pattern.compile("(boolean|int|String(?:\\[\\])?) ([A-Z]\\w*)\\(\\)( default [^;]+)?;");

    private final OptionCatalogue catalogue = OptionCatalogue.standard();

    @Test
    void allOptionsOfOrthancAreInItWithTheirDefaults() throws IOException {
        Assumptions.assumeTrue(Files.exists(ORTHANC), "the table of Orthanc's options is not beside the checkout");
        List<String> wrong = new ArrayList<>();
        List<String> lines = Files.readAllLines(ORTHANC);
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t");
            OptionDefinition option = catalogue.find(columns[0]).orElse(null);
            if (option == null) {
                wrong.add(columns[0] + " is missing");
            } else if (!columns[2].equals("optional") && !OWN_DEFAULTS.containsKey(columns[0])) {
                JsonNode expected = Json.MAPPER.readTree(columns[3]);
                if (!expected.equals(option.defaultValue())) {
                    wrong.add(columns[0] + " is " + option.defaultValue() + ", not " + expected);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(lines.size() > 140, "the table is cut off");
    }

    @Test
    void everyDefaultFitsItsType() throws Exception {
        for (OptionDefinition option : catalogue.all()) {
            assertEquals(
                    option.defaultValue(), option.type().accept(option.name(), option.defaultValue()), option.name());
            assertEquals(
                    option.state() == OptionDefinition.State.WORKS,
                    option.reason().isEmpty(),
                    option.name());
            assertFalse(option.meaning().isBlank(), option.name());
        }
    }

    /** A component declares an option by its name and without a default, which stands in the catalogue alone. */
    @Test
    void componentsReadOnlyOptionsOfTheCatalogueAndRepeatNoDefault() throws IOException {
        List<String> wrong = new ArrayList<>();
        Map<String, String> read = new TreeMap<>();
        for (Path source : sources()) {
            Matcher config = CONFIG.matcher(Files.readString(source));
            while (config.find()) {
                Matcher method = METHOD.matcher(config.group(1));
                while (method.find()) {
                    String name = method.group(2);
                    String at = source.getFileName() + ": " + name;
                    OptionDefinition option = catalogue.find(name).orElse(null);
                    read.put(name, at);
                    if (option == null) {
                        wrong.add(at + " is not in options.tsv");
                    } else if (!method.group(1).equals(javaType(option))) {
                        wrong.add(at + " is read as " + method.group(1));
                    }
                    if (method.group(3) != null) {
                        wrong.add(at + " repeats a default");
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        List<String> unread = new ArrayList<>();
        for (OptionDefinition option : catalogue.all()) {
            if (option.isTop()
                    && option.state() == OptionDefinition.State.WORKS
                    && !read.containsKey(option.name())
                    && !WITHOUT_READER.contains(option.name())) {
                unread.add(option.name());
            }
        }
        assertEquals(List.of(), unread, "these options are said to work, and no component reads them");
    }

    /** DeidentifyLogs describes what the log never holds. */
    private static final List<String> WITHOUT_READER = List.of("DeidentifyLogs");

    private static String javaType(OptionDefinition option) {
        return switch (option.type().kind()) {
            case BOOL -> "boolean";
            case INT -> "int";
            case LIST -> "String[]";
            case TEXT, OBJECT, CHOICE -> "String";
        };
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> bundles = Files.list(BUNDLES)) {
            for (Path bundle : bundles.toList()) {
                Path main = bundle.resolve("src/main/java");
                if (Files.isDirectory(main)) {
                    try (Stream<Path> files = Files.walk(main)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    }
                }
            }
        }
        assertTrue(sources.size() > 100, "no sources at " + BUNDLES);
        return sources;
    }

    @Test
    void theGuideHasTheTableOfTheCatalogue() throws IOException {
        String text = Files.readString(GUIDE);
        int start = text.indexOf("| option |");
        String expected = catalogue.table();
        if (start < 0 || !text.substring(start).equals(expected)) {
            Path made =
                    Files.writeString(Path.of("target/options.md"), text.substring(0, Math.max(0, start)) + expected);
            fail("docs/guide/options.md is not up to date; copy " + made.toAbsolutePath() + " over it");
        }
    }
}
