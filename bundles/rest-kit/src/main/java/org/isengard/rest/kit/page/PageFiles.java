package org.isengard.rest.kit.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * The files of a page inside a bundle. The build lists them in {@code web/files.tsv}; no other name is ever looked up,
 * so no path of a request reaches the file system.
 */
public final class PageFiles {
    /** How the bundle holds a file, with the suffix of its name. */
    public enum Encoding {
        /** As it is. */
        IDENTITY(""),
        GZIP("gz"),
        BROTLI("br");

        private final String suffix;

        Encoding(String suffix) {
            this.suffix = suffix;
        }
    }

    /**
     * One file of the page.
     *
     * @param tag hexadecimal digest of the content
     * @param immutable whether the name changes with the content
     * @param encodings what the bundle holds: IDENTITY alone, or GZIP with or without BROTLI
     * @param length of the content in bytes, not compressed
     */
    public record PageFile(
            String path, String contentType, String tag, boolean immutable, Set<Encoding> encodings, long length) {
        public PageFile {
            encodings = Set.copyOf(encodings);
        }

        public boolean compressed() {
            return !encodings.contains(Encoding.IDENTITY);
        }
    }

    private static final String ROOT = "/web/";
    private static final int COLUMNS = 6;

    private final Class<?> owner;
    private final Map<String, PageFile> files;

    private PageFiles(Class<?> owner, Map<String, PageFile> files) {
        this.owner = owner;
        this.files = files;
    }

    /**
     * Reads the list of the files in the bundle of a class. A line has path, content type, tag, immutable (true or false),
     * encodings ("gz", "gz br", or "" for a file as it is) and length, with tabs between.
     */
    public static PageFiles of(Class<?> owner) {
        try (BufferedReader list =
                new BufferedReader(new InputStreamReader(open(owner, "files.tsv"), StandardCharsets.UTF_8))) {
            Map<String, PageFile> files = new LinkedHashMap<>();
            for (String line = list.readLine(); line != null; line = list.readLine()) {
                String[] columns = line.split("\t", -1);
                if (columns.length != COLUMNS) {
                    throw new IOException("The list of the page's files has a bad line: " + line);
                }
                files.put(
                        columns[0],
                        new PageFile(
                                columns[0],
                                columns[1],
                                columns[2],
                                Boolean.parseBoolean(columns[3]),
                                encodings(columns[4]),
                                Long.parseLong(columns[5])));
            }
            return new PageFiles(owner, files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Encoding> encodings(String suffixes) {
        Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        for (String suffix : suffixes.split(" ")) {
            for (Encoding encoding : Encoding.values()) {
                if (encoding.suffix.equals(suffix)) {
                    encodings.add(encoding);
                }
            }
        }
        return encodings;
    }

    public Optional<PageFile> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    public Map<String, PageFile> all() {
        return Map.copyOf(files);
    }

    /** {@return the content in an encoding; IDENTITY of a compressed file is expanded while it is read} */
    public InputStream open(PageFile file, Encoding encoding) throws IOException {
        if (!file.compressed()) {
            return open(owner, file.path());
        }
        return encoding == Encoding.IDENTITY
                ? new GZIPInputStream(open(owner, file.path() + "." + Encoding.GZIP.suffix))
                : open(owner, file.path() + "." + encoding.suffix);
    }

    private static InputStream open(Class<?> owner, String path) throws IOException {
        InputStream in = owner.getResourceAsStream(ROOT + path);
        if (in == null) {
            throw new IOException("The bundle lacks the page's file " + path);
        }
        return in;
    }
}
