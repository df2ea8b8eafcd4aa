package org.isengard.runtime.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of small JSON documents that survive the loss of the process and of power. {@link #write} replaces a
 * document as a whole: the bytes go to a second file, which is synced and renamed, and the directory is synced when its
 * names changed. A crash leaves the old or the new document. A file that cannot be read is set aside as {@code NAME.json.bad}.
 *
 * <p>Threading: documents of different names may be written at once; the caller orders the writes of one name.
 */
public final class DurableJsonFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DurableJsonFiles.class);
    private static final String SUFFIX = ".json";
    private static final String SCRATCH = ".new";
    private static final String SET_ASIDE = ".bad";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    private final Path directory;

    /** @param directory is made by the first write */
    public DurableJsonFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Replaces a document, or makes it. It is durable when this method returns.
     *
     * @param name letters, digits, {@code .}, {@code _} and {@code -}
     * @throws IOException when it cannot be written; the document before stays
     */
    public void write(String name, JsonNode document) throws IOException {
        Path file = file(name);
        boolean first = !Files.exists(file);
        Files.createDirectories(directory);
        Path scratch = directory.resolve(name + SCRATCH);
        // A FileChannel would be closed by an interrupt of the thread.
        try (FileOutputStream out = new FileOutputStream(scratch.toFile())) {
            out.write(Json.MAPPER.writeValueAsBytes(document));
            out.getFD().sync();
        }
        Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (first) {
            syncNames();
        }
    }

    /**
     * Deletes a document. The deletion may be undone by a loss of power: what the document asks for must bear to be done twice.
     *
     * @return whether there was one
     */
    public boolean delete(String name) throws IOException {
        return Files.deleteIfExists(file(name));
    }

    /** {@return the documents by name, in the order of the names; files that cannot be read are set aside and logged} */
    public Map<String, JsonNode> readAll() throws IOException {
        Map<String, JsonNode> documents = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return documents;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String fileName = file.getFileName().toString();
                if (fileName.endsWith(SCRATCH)) {
                    Files.deleteIfExists(file);
                } else if (fileName.endsWith(SUFFIX)) {
                    String name = fileName.substring(0, fileName.length() - SUFFIX.length());
                    try {
                        documents.put(name, Json.MAPPER.readTree(file.toFile()));
                    } catch (IOException | StackOverflowError e) {
                        LOG.error("{} cannot be read and is set aside", file, e);
                        setAside(name);
                    }
                }
            }
        }
        return documents;
    }

    /** Keeps a document that is not understood under another name, so that nothing is thrown away. */
    public void setAside(String name) {
        Path file = directory.resolve(name + SUFFIX).normalize();
        if (!directory.normalize().equals(file.getParent())) {
            throw new IllegalArgumentException("Not the name of a document: " + name);
        }
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + SET_ASIDE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.error("{} stays where it is", file, e);
        }
    }

    /** {@return whether a document of this name was set aside} */
    public boolean hasSetAside(String name) {
        return Files.exists(directory.resolve(file(name).getFileName() + SET_ASIDE));
    }

    /** A file that was synced under another name may have none after a loss of power. */
    private void syncNames() throws IOException {
        try (FileChannel names = FileChannel.open(directory)) {
            names.force(true);
        }
    }

    private Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Not the name of a document: " + name);
        }
        return directory.resolve(name + SUFFIX);
    }
}
