package org.isengard.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.isengard.runtime.upgrade.FeatureUpgrade;
import org.osgi.framework.Bundle;

/** Replaces a feature or plugin by another version while the server works. */
@Service
@Command(
        scope = "isengard",
        name = "upgrade",
        description = "Replaces a feature by another version without a pause; takes the old one back if the new fails")
public final class UpgradeCommand extends ServerCommand {
    @Argument(name = "feature", required = true, description = "Name of the feature (index) or of a plugin's bundle")
    @Completion(FeatureCompleter.class)
    private String feature;

    @Argument(
            index = 1,
            name = "version|file",
            required = true,
            description = "A jar (path or URL), or a version to be taken from the Maven repositories of the server")
    @Completion(FileCompleter.class)
    private String source;

    private FeatureUpgrade upgrade;

    @Override
    void run() throws IOException, InterruptedException {
        upgrade = service(FeatureUpgrade.class);
        PrintStream out = session().getConsole();
        Bundle bundle = upgrade.bundle(feature);
        if (bundle == null) {
            throw new IllegalArgumentException("There is no feature " + feature);
        }
        FeatureUpgrade.Outcome outcome;
        try (InputStream jar = open(bundle)) {
            outcome = upgrade.upgrade(bundle, jar, out::println);
        }
        if (outcome.upgraded()) {
            out.println(feature + " is now " + outcome.to() + " (was " + outcome.from() + ")");
            return;
        }
        outcome.reasons().forEach(reason -> out.println("  " + reason));
        throw new IllegalStateException(feature + " stays " + outcome.from() + ": " + outcome.to() + " was not taken");
    }

    private InputStream open(Bundle bundle) throws IOException {
        Path file = path(source);
        if (file != null && Files.isRegularFile(file)) {
            return Files.newInputStream(file);
        }
        if (source.matches("[a-z]+:.*")) {
            return URI.create(source).toURL().openStream();
        }
        String name = bundle.getSymbolicName();
        if (!name.startsWith("org.isengard.")) {
            throw new IllegalArgumentException("There is no file " + source);
        }
        String artifact = "isengard-" + name.substring("org.isengard.".length());
        return URI.create("mvn:org.isengard/" + artifact + "/" + source).toURL().openStream();
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
