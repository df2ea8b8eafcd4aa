package org.isengard.explorer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The files of the page inside this bundle. The build lists them in {@code web/files.tsv}; no other name is ever looked up,
 * so no path of a request reaches the file system.
 */
final class PageFiles {
    /** How the bundle holds a file, with the suffix of its name. */
    enum Encoding {
        /** As it is. */
        IDENTITY(""),
        GZIP(".gz"),
        BROTLI(".br");

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
     * @param compressed whether the bundle holds it as gzip and Brotli, and not as it is
     * @param length of the content in bytes, not compressed
     */
    record PageFile(String path, String contentType, String tag, boolean immutable, boolean compressed, long length) {}

    private static final String ROOT = "/web/";
    private static final int COLUMNS = 6;

    private final Map<String, PageFile> files;

    private PageFiles(Map<String, PageFile> files) {
        this.files = files;
    }

    /** Reads the list of the files in this bundle. */
    static PageFiles ofBundle() {
        try (BufferedReader list =
                new BufferedReader(new InputStreamReader(open("files.tsv"), StandardCharsets.UTF_8))) {
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
                                Boolean.parseBoolean(columns[4]),
                                Long.parseLong(columns[5])));
            }
            return new PageFiles(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<PageFile> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    Map<String, PageFile> all() {
        return Map.copyOf(files);
    }

    /** {@return the content in an encoding; IDENTITY of a compressed file is expanded while it is read} */
    InputStream open(PageFile file, Encoding encoding) throws IOException {
        if (!file.compressed()) {
            return open(file.path());
        }
        return encoding == Encoding.IDENTITY
                ? new GZIPInputStream(open(file.path() + Encoding.GZIP.suffix))
                : open(file.path() + encoding.suffix);
    }

    private static InputStream open(String path) throws IOException {
        InputStream in = PageFiles.class.getResourceAsStream(ROOT + path);
        if (in == null) {
            throw new IOException("The bundle lacks the page's file " + path);
        }
        return in;
    }
}
