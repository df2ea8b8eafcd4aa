package org.isengard.ohif;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.isengard.rest.kit.page.PageFiles;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.OptionCatalogue;

/**
 * The page of the viewer and its settings, in place of those of the npm package. All their addresses are relative: the server does
 * not know the prefix that a reverse proxy puts in front.
 */
final class ViewerPage {
    static final String HTML = "text/html; charset=utf-8";
    static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final Pattern ENTRY = Pattern.compile("app\\.bundle\\.[0-9a-f]{20}\\.js");

    private final String html;
    private final String settings;

    private ViewerPage(String html, String settings) {
        this.html = html;
        this.settings = settings;
    }

    /**
     * Fills the page with the name of the viewer's script, and the settings with the paths of DICOMweb.
     *
     * @param dicomWeb the section DicomWeb of the configuration, as JSON
     * @throws IllegalStateException when the bundle lacks the viewer
     */
    static ViewerPage of(PageFiles files, String dicomWeb) throws IOException {
        String script = files.all().keySet().stream()
                .filter(name -> ENTRY.matcher(name).matches())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "The bundle lacks the viewer: npm could not fetch it when the bundle was built"));
        JsonNode section = Json.MAPPER.readTree(dicomWeb.isBlank() ? "{}" : dicomWeb);
        return new ViewerPage(
                text("index.html").replace("{{script}}", script),
                text("app-config.js")
                        .replace("{{dicomWeb}}", path(section, "Root"))
                        .replace("{{wado}}", path(section, "WadoRoot")));
    }

    /** {@return whether a path below /ohif/ is a place inside the viewer, not a file: its last segment has no dot} */
    static boolean isPlace(String path) {
        return path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
    }

    /**
     * {@return the page, with addresses that lead from a place to the viewer's files}
     *
     * @param place path below /ohif/, "" for the start
     */
    byte[] html(String place) {
        // Requests for /ohif and /ohif/ look the same here: this address suits both.
        String folder = place.isEmpty()
                ? "../ohif/"
                : "./" + "../".repeat((int) place.chars().filter(c -> c == '/').count());
        return html.replace("{{folder}}", folder).getBytes(StandardCharsets.UTF_8);
    }

    byte[] settings() {
        return settings.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return an option of the section, as a path without slashes at its ends, safe inside quotes of a script} */
    private static String path(JsonNode section, String option) {
        JsonNode value = section.path(option);
        String path = value.isTextual()
                ? value.asText()
                : OptionCatalogue.standard().defaultOf("DicomWeb." + option).asText();
        return path.replaceAll("[^A-Za-z0-9._~/-]", "").replaceAll("^/+|/+$", "");
    }

    private static String text(String name) throws IOException {
        try (InputStream in = ViewerPage.class.getResourceAsStream("/page/" + name)) {
            if (in == null) {
                throw new FileNotFoundException(name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
