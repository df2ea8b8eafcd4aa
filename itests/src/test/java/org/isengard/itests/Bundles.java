package org.isengard.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The bundles of a running server, as its shell shows and swaps them. */
final class Bundles {
    /** Libraries: to replace one restarts each bundle that imports its packages. */
    private static final Set<String> LIBRARIES =
            Set.of("api", "dicom", "dicom-image", "dicom-net", "http", "rest-kit", "runtime");

    private static final Pattern LINE =
            Pattern.compile("^\\s*(\\d+)\\s*\\|\\s*(\\w+)\\s*\\|[^|]*\\|[^|]*\\|\\s*org\\.isengard\\.([\\w-]+)\\s*$");
    private static final int ATTEMPTS = 20;

    /** One bundle: its number in the framework and its state. */
    record Bundle(int id, String state) {}

    private final ServerProcess server;

    /** Waits until Karaf has booted its features. */
    Bundles(ServerProcess server) throws IOException, InterruptedException {
        this.server = server;
        server.awaitKaraf();
    }

    /** {@return the bundles of the product without its libraries, by the last part of their symbolic name} */
    Map<String, Bundle> features() throws IOException, InterruptedException {
        Map<String, Bundle> features = all();
        features.keySet().removeAll(LIBRARIES);
        return features;
    }

    Map<String, Bundle> all() throws IOException, InterruptedException {
        Map<String, Bundle> bundles = new TreeMap<>();
        // The shell may come up after the product.
        for (int attempt = 0; attempt < ATTEMPTS && bundles.isEmpty(); attempt++) {
            for (String line : server.shell("bundle:list -t 0 -s").split("\\R")) {
                Matcher matcher = LINE.matcher(line.replaceAll("\u001B\\[[0-9;]*m", ""));
                if (matcher.matches()) {
                    bundles.put(matcher.group(3), new Bundle(Integer.parseInt(matcher.group(1)), matcher.group(2)));
                }
            }
        }
        return bundles;
    }

    void stop(String name) throws IOException, InterruptedException {
        server.shell("bundle:stop org.isengard." + name);
    }

    void start(String name) throws IOException, InterruptedException {
        server.shell("bundle:start org.isengard." + name);
    }

    void stopAndStart(String name) throws IOException, InterruptedException {
        server.shell("bundle:stop org.isengard." + name, "bundle:start org.isengard." + name);
    }

    /** Replaces a bundle by the same content under another version. */
    void update(String name, Path directory) throws IOException, InterruptedException {
        Path jar = renewed(name, directory);
        server.shell("bundle:update org.isengard." + name + " " + jar.toUri());
    }

    /** {@return a copy of a bundle's jar under another version} */
    static Path renewed(String name, Path directory) throws IOException {
        return changed(name, directory, manifest -> {}, entry -> true);
    }

    /** {@return a copy of a bundle's jar under another version, with another manifest or without some entries} */
    static Path changed(String name, Path directory, Consumer<Attributes> change, Predicate<String> kept)
            throws IOException {
        Path system = Checkout.distribution().resolve("system/org/isengard/isengard-" + name);
        Path original;
        try (Stream<Path> files = Files.walk(system)) {
            original = files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Path jar = directory.resolve(name + "-" + System.nanoTime() + ".jar");
        try (JarFile from = new JarFile(original.toFile());
                OutputStream out = Files.newOutputStream(jar)) {
            Manifest manifest = from.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", "0.1.0.z" + System.nanoTime());
            change.accept(manifest.getMainAttributes());
            try (JarOutputStream to = new JarOutputStream(out, manifest)) {
                for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                    JarEntry entry = entries.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME) && kept.test(entry.getName())) {
                        to.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream in = from.getInputStream(entry)) {
                            in.transferTo(to);
                        }
                    }
                }
            }
        }
        return jar;
    }
}
