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
import java.util.stream.Stream;
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

    /** A reader holds 25 classes in mind, hardly more. A package named here is larger, and may only shrink. */
    @Test
    void noPackageHasMoreThan25Classes() throws IOException {
        Map<String, Integer> larger = Map.of("org.isengard.dicom.net", 40);
        List<String> wrong = new ArrayList<>();
        for (Path bundle : bundles()) {
            Map<String, Integer> classes = new TreeMap<>();
            sources(bundle).forEach((file, text) -> {
                if (!file.endsWith("package-info.java")) {
                    classes.merge(packageOf(text), 1, Integer::sum);
                }
            });
            classes.forEach((name, count) -> {
                if (count > larger.getOrDefault(name, 25)) {
                    wrong.add(name + " has " + count + " classes");
                }
            });
        }
        assertEquals(List.of(), wrong);
    }

    /** Packages of a bundle have an order: no package imports one that needs it, directly or through others. */
    @Test
    void packagesOfABundleImportEachOtherInOneDirection() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path bundle : bundles()) {
            Map<String, Set<String>> imports = new TreeMap<>();
            sources(bundle)
                    .values()
                    .forEach(text -> imports.computeIfAbsent(packageOf(text), name -> new HashSet<>())
                            .addAll(importsOf(text)));
            imports.forEach((name, needed) -> needed.retainAll(imports.keySet()));
            imports.keySet().stream()
                    .filter(name -> reaches(imports, name, name, new HashSet<>()))
                    .forEach(name -> wrong.add(name + " needs itself through others"));
        }
        assertEquals(List.of(), wrong);
    }

    private static boolean reaches(Map<String, Set<String>> imports, String from, String to, Set<String> seen) {
        for (String next : imports.get(from)) {
            if (next.equals(to) && !from.equals(to) || seen.add(next) && reaches(imports, next, to, seen)) {
                return true;
            }
        }
        return false;
    }

    private static String packageOf(String source) {
        Matcher matcher = Pattern.compile("(?m)^package ([\\w.]+);").matcher(source);
        assertTrue(matcher.find(), "a source without a package");
        return matcher.group(1);
    }

    private static Set<String> importsOf(String source) {
        Set<String> packages = new HashSet<>();
        Matcher matcher = Pattern.compile("(?m)^import (?:static )?([a-z][\\w.]*?)\\.[A-Z]")
                .matcher(source);
        while (matcher.find()) {
            packages.add(matcher.group(1));
        }
        return packages;
    }

    private static Map<Path, String> sources(Path bundle) throws IOException {
        Map<Path, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(bundle.resolve("src/main/java"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                sources.put(file, Files.readString(file));
            }
        }
        return sources;
    }

    private static List<Path> bundles() throws IOException {
        try (Stream<Path> bundles = Files.list(Checkout.root().resolve("bundles"))) {
            return bundles.filter(bundle -> Files.isDirectory(bundle.resolve("src/main/java")))
                    .sorted()
                    .toList();
        }
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
