package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of {@code bundles/explorer/web/browser}, which uses the explorer in Debian's Chromium as a person does. Playwright and axe
 * are those of the lock file of the page.
 */
final class BrowserProgram {
    private BrowserProgram() {}

    /**
     * Runs a program; the test is skipped where Node.js, Chromium or the modules of the page are missing. Pictures are in
     * {@code itests/target/browser}.
     *
     * @param name of the file, without its ending
     * @param more arguments after the address of the server and the directory for pictures
     */
    static void run(String name, URI server, String... more) throws Exception {
        Command.assume("node", "chromium");
        Path web = Checkout.root().resolve("bundles/explorer/web");
        Assumptions.assumeTrue(
                Files.isDirectory(web.resolve("node_modules/playwright-core"))
                        && Files.isDirectory(web.resolve("node_modules/axe-core")),
                "the modules of the page are not installed (npm ci in bundles/explorer/web)");
        Path pictures = Files.createDirectories(Checkout.root().resolve("itests/target/browser"));
        List<String> words = new ArrayList<>(List.of("node", "browser/" + name + ".mjs", server.toString()));
        words.add(pictures.toString());
        words.addAll(List.of(more));
        Command command = Command.run(web, words);
        assertEquals(0, command.status(), command.output());
        System.out.println(command.output().strip());
        assertTrue(command.output().contains(name + ": every step passed"), command.output());
    }
}
