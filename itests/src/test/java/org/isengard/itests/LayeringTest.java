package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Features meet in the API, never in each other, and the libraries know nothing above them. Read from the manifests:
 * what a bundle imports is what it needs at run time.
 */
class LayeringTest {
    /** Lower layers of each library, and of the two that features share. */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "dicom", Set.of(),
            "dicom-net", Set.of("dicom"),
            "dicom-image", Set.of("dicom"),
            "api", Set.of("dicom"),
            "http", Set.of(),
            "runtime", Set.of("api", "dicom"),
            "rest-kit", Set.of("api", "dicom", "runtime"));

    private static final Set<String> FOR_FEATURES = Set.of("dicom", "api", "runtime", "rest-kit");

    /** Features that also work with pixels or speak DICOM themselves. */
    private static final Map<String, Set<String>> MORE = Map.of(
            "imaging", Set.of("dicom-image"),
            "dicomweb", Set.of("dicom-image"),
            "transform", Set.of("dicom-image"),
            "networking", Set.of("dicom-net"));

    private static final Pattern PACKAGE = Pattern.compile("(?:^|,)\\s*(org\\.isengard[.\\w]*)");

    @Test
    void noFeatureImportsAnother() throws IOException {
        Map<String, Manifest> bundles = manifests();
        assertFalse(bundles.isEmpty(), "no bundle is built");
        List<String> wrong = new ArrayList<>();
        bundles.forEach((bundle, manifest) -> {
            Set<String> own = packages(manifest, "Export-Package");
            for (String needed : packages(manifest, "Import-Package")) {
                if (own.contains(needed)) {
                    continue;
                }
                String owner = ownerOf(needed);
                if (!allowed(bundle).contains(owner)) {
                    wrong.add(bundle + " imports " + needed + " of " + owner);
                }
            }
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void onlyLibrariesExportPackages() throws IOException {
        List<String> wrong = new ArrayList<>();
        manifests().forEach((bundle, manifest) -> {
            if (!LIBRARIES.containsKey(bundle)
                    && !packages(manifest, "Export-Package").isEmpty()) {
                wrong.add(bundle + " exports " + packages(manifest, "Export-Package"));
            }
        });
        assertEquals(List.of(), wrong);
    }

    /** What plugins compile against: every package is a promise with a version, and nothing unexpected comes along. */
    @Test
    void theApiExportsVersionsAndNeedsLittle() throws IOException {
        Manifest api = manifests().get("api");
        List<String> wrong = new ArrayList<>();
        for (String clause : clauses(api, "Export-Package")) {
            if (!clause.matches("org\\.isengard\\.api[.\\w]*;.*version=\"\\d+\\.\\d+\\.\\d+\".*")) {
                wrong.add("exports " + clause);
            }
        }
        for (String clause : clauses(api, "Import-Package")) {
            if (!clause.matches("(java|org\\.isengard\\.(api|dicom)|com\\.fasterxml\\.jackson)\\..*")
                    && !clause.matches("org\\.isengard\\.(api|dicom);.*")) {
                wrong.add("imports " + clause);
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static List<String> clauses(Manifest manifest, String header) {
        String value = manifest.getMainAttributes().getValue(header);
        assertTrue(value != null && !value.isEmpty(), header);
        return List.of(value.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"));
    }

    private static Set<String> allowed(String bundle) {
        if (LIBRARIES.containsKey(bundle)) {
            return LIBRARIES.get(bundle);
        }
        Set<String> allowed = new HashSet<>(FOR_FEATURES);
        allowed.addAll(MORE.getOrDefault(bundle, Set.of()));
        return allowed;
    }

    /** {@code org.isengard.rest.kit.x} belongs to rest-kit: the longest bundle name that the package starts with. */
    private static String ownerOf(String name) {
        String rest = name.substring("org.isengard.".length());
        String[] parts = rest.split("\\.");
        if (parts.length > 1 && LIBRARIES.containsKey(parts[0] + "-" + parts[1])) {
            return parts[0] + "-" + parts[1];
        }
        return parts[0];
    }

    private static Set<String> packages(Manifest manifest, String header) {
        String value = manifest.getMainAttributes().getValue(header);
        Set<String> packages = new HashSet<>();
        if (value != null) {
            Matcher matcher = PACKAGE.matcher(value.replaceAll("\"[^\"]*\"", ""));
            while (matcher.find()) {
                packages.add(matcher.group(1));
            }
        }
        return packages;
    }

    private static Map<String, Manifest> manifests() throws IOException {
        Map<String, Manifest> manifests = new TreeMap<>();
        try (DirectoryStream<Path> bundles =
                Files.newDirectoryStream(Checkout.root().resolve("bundles"))) {
            for (Path bundle : bundles) {
                Path manifest = bundle.resolve("target/classes/META-INF/MANIFEST.MF");
                if (Files.exists(manifest) && Files.isDirectory(bundle.resolve("src/main/java"))) {
                    try (InputStream in = Files.newInputStream(manifest)) {
                        manifests.put(bundle.getFileName().toString(), new Manifest(in));
                    }
                }
            }
        }
        return manifests;
    }
}
