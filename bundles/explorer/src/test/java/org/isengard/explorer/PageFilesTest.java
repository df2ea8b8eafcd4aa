package org.isengard.explorer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.isengard.rest.kit.page.PageFiles;
import org.isengard.rest.kit.page.PageFiles.Encoding;
import org.isengard.rest.kit.page.PageFiles.PageFile;
import org.junit.jupiter.api.Test;

class PageFilesTest {
    private final PageFiles files = PageFiles.of(ExplorerRoutes.class);

    @Test
    void eachListedFileIsThereInEachEncoding() throws IOException {
        assertTrue(files.find("explorer.html").isPresent());
        for (PageFile file : files.all().values()) {
            try (InputStream in = files.open(file, Encoding.IDENTITY)) {
                assertEquals(file.length(), in.readAllBytes().length, file.path());
            }
            if (file.compressed()) {
                try (InputStream in = files.open(file, Encoding.BROTLI)) {
                    // A file of a few bytes grows a little.
                    assertTrue(in.readAllBytes().length <= file.length() + 16, file.path());
                }
            }
        }
    }

    @Test
    void onlyNamesThatChangeWithTheContentAreImmutable() {
        assertFalse(files.find("explorer.html").orElseThrow().immutable());
        assertTrue(files.all().values().stream().anyMatch(PageFile::immutable));
    }

    @Test
    void thePageHasNoScriptOfItsOwnAndNoAddressOutsideItsFolder() throws IOException {
        PageFile page = files.find("explorer.html").orElseThrow();
        try (InputStream in = files.open(page, Encoding.IDENTITY)) {
            String html = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertFalse(html.matches("(?s).*<script(?![^>]*src=).*"), html);
            assertFalse(html.matches("(?s).*(src|href)=\"(/|https?:).*"), html);
        }
    }

    @Test
    void noPathLeavesTheList() {
        assertTrue(files.find("../web/explorer.html").isEmpty());
        assertTrue(files.find("").isEmpty());
    }
}
