package org.isengard.ohif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.isengard.rest.kit.page.PageFiles;
import org.isengard.rest.kit.page.PageFiles.Encoding;
import org.isengard.rest.kit.page.PageFiles.PageFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ViewerPageTest {
    private static final PageFiles FILES = PageFiles.of(OhifRoutes.class);

    @BeforeAll
    static void theViewerIsThere() {
        Assumptions.assumeFalse(FILES.all().isEmpty(), "npm could not fetch the viewer");
    }

    private static String html(String place) throws IOException {
        return new String(ViewerPage.of(FILES, "").html(place), StandardCharsets.UTF_8);
    }

    private static String settings(String dicomWeb) throws IOException {
        return new String(ViewerPage.of(FILES, dicomWeb).settings(), StandardCharsets.UTF_8);
    }

    @Test
    void thePageLeadsToItsFilesFromEachPlace() throws IOException {
        assertTrue(html("").contains("src=\"../ohif/app-config.js\""), html(""));
        assertTrue(html("viewer").contains("src=\"./app-config.js\""), html("viewer"));
        assertTrue(html("viewer/isengard").contains("src=\"./../app-config.js\""), html("viewer/isengard"));
        assertFalse(html("").contains("{{"), html(""));
        assertFalse(html("").matches("(?s).*(src|href)=\"(/|https?:).*"), html(""));
        assertFalse(html("").matches("(?s).*<script(?![^>]*src=).*"), html(""));
    }

    @Test
    void aPathWithADotInItsLastSegmentIsAFile() {
        assertTrue(ViewerPage.isPlace("viewer"));
        assertTrue(ViewerPage.isPlace("viewer/1.2.3/x"));
        assertFalse(ViewerPage.isPlace("app.bundle.css"));
        assertFalse(ViewerPage.isPlace("viewer/absent.js"));
    }

    @Test
    void theSettingsFollowTheOptionsOfDicomWeb() throws IOException {
        assertTrue(settings("").contains("qidoRoot: address('dicom-web')"), settings(""));
        assertTrue(settings("").contains("wadoUriRoot: address('wado')"), settings(""));
        String other = settings("{\"Root\": \"/a/web/\", \"WadoRoot\": \"/x');alert('\"}");
        assertTrue(other.contains("wadoRoot: address('a/web')"), other);
        assertTrue(other.contains("wadoUriRoot: address('xalert')"), other);
        assertFalse(other.contains("{{"), other);
    }

    @Test
    void eachListedFileIsThereAndSourceMapsAreNot() throws IOException {
        for (PageFile file : FILES.all().values()) {
            try (InputStream in = FILES.open(file, Encoding.IDENTITY)) {
                assertEquals(file.length(), in.readAllBytes().length, file.path());
            }
            assertFalse(file.path().endsWith(".map"), file.path());
            assertEquals(file.path().endsWith(".wasm"), file.contentType().equals("application/wasm"), file.path());
        }
    }

    @Test
    void scriptsFindEachOtherUnderAnyPrefix() throws IOException {
        for (PageFile file : FILES.all().values()) {
            if (file.path().endsWith(".js") || file.path().endsWith(".css")) {
                try (InputStream in = FILES.open(file, Encoding.IDENTITY)) {
                    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    assertFalse(text.contains("__webpack_require__.p = \"/\""), file.path());
                    assertFalse(text.contains("url(/"), file.path());
                }
            }
        }
        assertTrue(FILES.all().values().stream().anyMatch(PageFile::immutable));
        assertFalse(FILES.find("app.bundle.css").orElseThrow().immutable());
    }

    @Test
    void theLicenceComesAlong() throws IOException {
        try (InputStream licence = ViewerPage.class.getResourceAsStream("/META-INF/OHIF-LICENSE")) {
            assertTrue(new String(licence.readAllBytes(), StandardCharsets.UTF_8).contains("MIT"));
        }
    }
}
