package org.isengard.webdav.upload;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.files.DurableJsonFiles;

/**
 * The files that wait to be stored, in a directory of each user, with the rights of the user beside them. A file that was put
 * survives the loss of the process and of power.
 *
 * <p>Threading: any thread; a file is replaced as a whole.
 */
final class UploadFiles {
    static final int DEEPEST = 16;

    private static final int LONGEST_NAME = 255;

    private final Path waiting;
    private final Path parts;
    private final Path taken;
    private final Path failed;
    private final DurableJsonFiles users;
    private final Map<String, UploadOwner> owners = new HashMap<>();

    UploadFiles(Path directory) throws IOException {
        waiting = Files.createDirectories(directory.resolve("waiting"));
        parts = Files.createDirectories(directory.resolve("parts"));
        taken = Files.createDirectories(directory.resolve("taken"));
        failed = directory.resolve("failed");
        users = new DurableJsonFiles(directory.resolve("users"));
        for (Map.Entry<String, JsonNode> user : users.readAll().entrySet()) {
            owners.put(user.getKey(), UploadOwner.of(user.getValue()));
        }
        try (Stream<Path> unfinished = Files.list(parts)) {
            for (Path part : unfinished.toList()) {
                Files.deleteIfExists(part);
            }
        }
    }

    Path waiting() {
        return waiting;
    }

    Path taken() {
        return taken;
    }

    /** {@return the user of a directory; null when nothing is known of him} */
    synchronized UploadOwner owner(String folder) {
        return owners.get(folder);
    }

    private synchronized void know(UploadOwner owner) throws IOException {
        UploadOwner known = owners.get(owner.folder());
        if (known == null || !known.equals(owner)) {
            users.write(owner.folder(), owner.json());
            owners.put(owner.folder(), owner);
        }
    }

    /**
     * {@return the place of a file or folder of a user}
     *
     * @throws IsengardException FORBIDDEN when a name is none for a file
     */
    Path place(UploadOwner owner, List<String> path) {
        Path place = waiting.resolve(owner.folder());
        if (path.size() > DEEPEST) {
            throw refused("Folders are nested at most " + DEEPEST + " deep");
        }
        for (String name : path) {
            boolean harmless = !name.isBlank()
                    && !name.equals(".")
                    && !name.equals("..")
                    && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
                    && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
            if (!harmless) {
                throw refused("No name for a file: " + name);
            }
            place = place.resolve(name);
        }
        return place;
    }

    private static IsengardException refused(String why) {
        return new IsengardException(ErrorCode.FORBIDDEN, why);
    }

    static boolean isFolder(Path place) {
        return Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    }

    /** Stores a file; it is durable when this method returns. */
    void put(UploadOwner owner, Path place, InputStream body) throws IOException {
        know(owner);
        Path part = parts.resolve(UUID.randomUUID().toString());
        try {
            // A FileChannel would be closed by an interrupt of the thread.
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                body.transferTo(out);
                out.getFD().sync();
            }
            Files.createDirectories(waiting.resolve(owner.folder()));
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(place.getParent());
        } finally {
            Files.deleteIfExists(part);
        }
    }

    void makeFolder(UploadOwner owner, Path place) throws IOException {
        know(owner);
        Files.createDirectories(waiting.resolve(owner.folder()));
        Files.createDirectory(place);
        sync(place.getParent());
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder)) {
            names.force(true);
        }
    }

    static void delete(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place, DEEPEST + 2)) {
            for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    /** {@return the place of a file that is being stored, out of the reach of clients; its name ends with that of the file} */
    Path take(Path file, String folder) throws IOException {
        String name = file.getFileName().toString();
        String end = name.length() > 60 ? name.substring(name.length() - 60) : name;
        Path target = Files.createDirectories(taken.resolve(folder)).resolve(UUID.randomUUID() + "-" + end);
        return Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** {@return where a file stays that could not be stored and may be good} */
    Path setAside(Path file) throws IOException {
        Files.createDirectories(failed);
        return Files.move(file, failed.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
}
