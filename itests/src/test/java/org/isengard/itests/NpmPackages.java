package org.isengard.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Packages of npm that tests run with Node.js. */
final class NpmPackages {
    private NpmPackages() {}

    /**
     * Installs packages below {@code itests/target}, where they stay for later runs. The test is skipped when npm is missing or
     * cannot get them.
     *
     * @param directory name of the directory
     * @param packages as npm takes them, such as {@code dcmjs@1.0.0}
     * @return the directory with {@code node_modules}
     */
    static Path install(String directory, String... packages) throws IOException, InterruptedException {
        Command.assume("npm", "node");
        Path home =
                Files.createDirectories(Checkout.root().resolve("itests/target").resolve(directory));
        // Written last: an installation that was broken off is done again.
        Path installed = home.resolve("installed.txt");
        List<String> wanted = List.of(packages);
        if (!Files.exists(installed) || !Files.readAllLines(installed).equals(wanted)) {
            List<String> command = new ArrayList<>(List.of("npm", "install", "--no-save", "--no-audit", "--no-fund"));
            command.addAll(List.of("--ignore-scripts", "--prefix", home.toString()));
            command.addAll(Arrays.asList(packages));
            Command install = Command.run(home, command);
            Assumptions.assumeTrue(install.status() == 0, "npm cannot get " + wanted + ": " + install.output());
            Files.write(installed, wanted);
        }
        return home;
    }
}
