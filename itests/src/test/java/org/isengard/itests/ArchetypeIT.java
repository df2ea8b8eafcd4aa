package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the archetype makes builds, passes its own tests, and is deployed into the real server by them. */
@Timeout(400)
class ArchetypeIT {
    @TempDir
    Path directory;

    @Test
    void aFreshPluginBuildsAndAnswersInTheServer() throws Exception {
        String repository = "-Dmaven.repo.local=" + System.getProperty("isengard.repository");
        Command generated = Command.run(
                directory,
                List.of(
                        "mvn",
                        "-B",
                        "-ntp",
                        repository,
                        "org.apache.maven.plugins:maven-archetype-plugin:3.3.1:generate",
                        "-DarchetypeCatalog=local",
                        "-DarchetypeGroupId=org.isengard",
                        "-DarchetypeArtifactId=isengard-plugin-archetype",
                        "-DarchetypeVersion=" + System.getProperty("isengard.version"),
                        "-DgroupId=com.example",
                        "-DartifactId=count-studies",
                        "-Dversion=1.0",
                        "-Dpackage=com.example.count"));
        assertEquals(0, generated.status(), generated.output());
        Path project = directory.resolve("count-studies");
        Command built = Command.run(project, List.of("mvn", "-B", "-ntp", repository, "verify"));
        assertEquals(0, built.status(), built.output());
        assertTrue(Files.isRegularFile(project.resolve("target/count-studies-1.0.jar")));
        assertEquals("target/", Files.readString(project.resolve(".gitignore")).strip());
        assertTrue(Files.readString(project.resolve("README.md")).startsWith("# count-studies"));
        try (JarFile jar =
                new JarFile(project.resolve("target/count-studies-1.0.jar").toFile())) {
            Attributes headers = jar.getManifest().getMainAttributes();
            assertEquals("Proprietary", headers.getValue("Bundle-License"));
            assertEquals("Counts the studies", headers.getValue("Bundle-Description"));
            assertEquals("1.0", headers.getValue("Isengard-Plugin-Version"));
        }
        assertTrue(
                Files.isRegularFile(project.resolve("target/failsafe-reports/com.example.count.DeployedIT.txt")),
                built.output());
    }
}
