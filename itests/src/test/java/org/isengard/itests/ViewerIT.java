package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The explorer's viewer in Chromium: what {@code bundles/explorer/web/browser/viewer.mjs} does with the demo studies. */
class ViewerIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @Test
    void showsEveryKindOfSeries() throws Exception {
        Command.assume("node", "chromium");
        Path web = Checkout.root().resolve("bundles/explorer/web");
        Assumptions.assumeTrue(
                Files.isDirectory(web.resolve("node_modules/playwright-core")), "the page's modules are not installed");
        ServerProcess server = SHARED.server();
        URI url = server.uri("/");
        DemoStudies.send(url);
        Path pictures = Files.createDirectories(Path.of("target/viewer"));
        List<String> words = new ArrayList<>(List.of("node", "browser/viewer.mjs", url.toString()));
        words.add(pictures.toAbsolutePath().toString());
        Command command = Command.run(web, words);
        System.out.println(command.output());
        assertEquals(0, command.status(), command.output());
        assertTrue(command.output().contains("viewer: every step passed"), command.output());
    }
}
