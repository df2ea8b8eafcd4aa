package org.isengard.runtime.upgrade;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/**
 * The jar of a bundle, in memory.
 *
 * @param jar the bytes of the jar
 */
record BundleContent(byte[] jar, Manifest manifest) {
    private static final int MAX_BYTES = 512 << 20;

    /**
     * Reads a jar.
     *
     * @throws IOException when it is none, is no bundle, or is larger than 512 MiB
     */
    static BundleContent read(InputStream in) throws IOException {
        byte[] jar = in.readNBytes(MAX_BYTES + 1);
        if (jar.length > MAX_BYTES) {
            throw new IOException("The jar is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        try (JarInputStream entries = new JarInputStream(new ByteArrayInputStream(jar))) {
            Manifest manifest = entries.getManifest();
            if (manifest == null || manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
                throw new IOException("It is no bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
            }
            return new BundleContent(jar, manifest);
        }
    }

    /** Packs what an installed bundle consists of, wherever it came from. */
    static BundleContent of(Bundle bundle) throws IOException {
        URL header = bundle.getEntry(JarFile.MANIFEST_NAME);
        if (header == null) {
            throw new IOException(bundle + " has no manifest");
        }
        Manifest manifest;
        try (InputStream in = header.openStream()) {
            manifest = new Manifest(in);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(out, manifest)) {
            Enumeration<URL> entries = bundle.findEntries("/", "*", true);
            while (entries != null && entries.hasMoreElements()) {
                URL entry = entries.nextElement();
                String name = entry.getPath().substring(1);
                if (!name.endsWith("/") && !name.equals(JarFile.MANIFEST_NAME)) {
                    jar.putNextEntry(new JarEntry(name));
                    try (InputStream in = entry.openStream()) {
                        in.transferTo(jar);
                    }
                }
            }
        }
        return new BundleContent(out.toByteArray(), manifest);
    }

    String symbolicName() {
        return header(Constants.BUNDLE_SYMBOLICNAME).split(";")[0].trim();
    }

    String version() {
        String version = header(Constants.BUNDLE_VERSION);
        return version == null ? "0.0.0" : version.trim();
    }

    private String header(String name) {
        return manifest.getMainAttributes().getValue(name);
    }

    InputStream open() {
        return new ByteArrayInputStream(jar);
    }

    /** {@return the same bundle under another name and without components, to see whether it would resolve} */
    BundleContent probe() throws IOException {
        Manifest renamed = new Manifest(manifest);
        Attributes main = renamed.getMainAttributes();
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName() + ".probe");
        main.remove(new Attributes.Name("Service-Component"));
        main.remove(new Attributes.Name(Constants.BUNDLE_ACTIVATOR));
        ByteArrayOutputStream out = new ByteArrayOutputStream(jar.length);
        try (JarInputStream from = new JarInputStream(open());
                JarOutputStream to = new JarOutputStream(out, renamed)) {
            for (JarEntry entry = from.getNextJarEntry(); entry != null; entry = from.getNextJarEntry()) {
                to.putNextEntry(new JarEntry(entry.getName()));
                from.transferTo(to);
            }
        }
        return new BundleContent(out.toByteArray(), renamed);
    }
}
