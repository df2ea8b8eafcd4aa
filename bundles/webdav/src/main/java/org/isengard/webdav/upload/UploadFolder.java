package org.isengard.webdav.upload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.rest.Caller;
import org.isengard.api.security.Identity;
import org.isengard.webdav.upload.LockTable.Lock;

/**
 * The folder of uploads as the user of the thread sees it: his own files, until the server has stored them.
 *
 * <p>Threading: any thread.
 */
public final class UploadFolder implements AutoCloseable {
    private static final int MOST_WAITING = 20_000;

    /**
     * A file or folder that waits.
     *
     * @param path below the folder of uploads
     */
    public record Upload(List<String> path, boolean folder, long length, Instant modified, Path place) {
        public Upload {
            path = List.copyOf(path);
        }

        public String tag() {
            return "\"" + modified.toEpochMilli() + "-" + length + "\"";
        }
    }

    private final UploadFiles files;
    private final UploadWorker worker;
    private final LockTable locks;

    /** @param directory of the files that wait */
    public UploadFolder(Path directory, Ingest ingest, LockTable locks) throws IOException {
        this.locks = locks;
        files = new UploadFiles(directory);
        worker = new UploadWorker(files, ingest, path -> !locks.covering(path).isEmpty());
    }

    @Override
    public void close() {
        worker.close();
    }

    private static UploadOwner owner(Caller caller) {
        return new UploadOwner(Identity.current(), caller.remoteIp());
    }

    private static List<String> lockPath(Caller caller, List<String> path) {
        List<String> all = new ArrayList<>();
        all.add(owner(caller).folder());
        all.addAll(path);
        return all;
    }

    /** {@return what a path below the folder names} */
    public Optional<Upload> find(Caller caller, List<String> path) throws IOException {
        Path place = files.place(owner(caller), path);
        if (path.isEmpty() && !Files.exists(place)) {
            return Optional.of(new Upload(path, true, 0, Instant.now(), place));
        }
        return Files.exists(place) ? upload(path, place) : Optional.empty();
    }

    private static Optional<Upload> upload(List<String> path, Path place) throws IOException {
        try {
            boolean folder = UploadFiles.isFolder(place);
            return Optional.of(new Upload(
                    path,
                    folder,
                    folder ? 0 : Files.size(place),
                    Files.getLastModifiedTime(place).toInstant(),
                    place));
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        }
    }

    public List<Upload> children(Upload folder) throws IOException {
        List<Upload> children = new ArrayList<>();
        if (Files.exists(folder.place())) {
            try (Stream<Path> all = Files.list(folder.place())) {
                for (Path one : all.sorted().toList()) {
                    List<String> path = new ArrayList<>(folder.path());
                    path.add(one.getFileName().toString());
                    upload(path, one).ifPresent(children::add);
                }
            }
        }
        return children;
    }

    /**
     * Stores a file, which is durable on return.
     *
     * @param condition header If
     * @return whether the file is new
     * @throws IsengardException with status 405 for a folder, 409 without the folder above, 412, 423, 507
     */
    public boolean put(Caller caller, List<String> path, String condition, InputStream body) throws IOException {
        Optional<Upload> before = place(caller, path);
        if (before.isPresent() && before.get().folder()) {
            throw failure(405, "The path is that of a folder");
        }
        check(caller, path, condition, before.map(Upload::tag).orElse(""), false);
        files.put(owner(caller), files.place(owner(caller), path), body);
        return before.isEmpty();
    }

    public void makeFolder(Caller caller, List<String> path, String condition) throws IOException {
        if (place(caller, path).isPresent()) {
            throw failure(405, "The path is there already");
        }
        check(caller, path, condition, "", false);
        files.makeFolder(owner(caller), files.place(owner(caller), path));
    }

    /** {@return what is at the place now; the folder above must be there} */
    private Optional<Upload> place(Caller caller, List<String> path) throws IOException {
        if (path.isEmpty()) {
            throw failure(405, "The folder of uploads stays as it is");
        }
        boolean above = find(caller, path.subList(0, path.size() - 1))
                .filter(Upload::folder)
                .isPresent();
        if (!above) {
            throw failure(409, "There is no such folder above");
        }
        Optional<Upload> present = find(caller, path);
        if (present.isEmpty() && worker.waiting() >= MOST_WAITING) {
            throw failure(507, "Too many uploads wait to be stored");
        }
        return present;
    }

    public void delete(Caller caller, Upload upload, String condition) throws IOException {
        if (upload.path().isEmpty()) {
            throw failure(403, "The folder of uploads cannot be deleted");
        }
        check(caller, upload.path(), condition, upload.tag(), true);
        UploadFiles.delete(upload.place());
        locks.deleted(lockPath(caller, upload.path()));
    }

    /** Refuses a change against locks and conditions. */
    public void check(Caller caller, List<String> path, String condition, String tag, boolean below) {
        locks.check(lockPath(caller, path), condition, tag, below);
    }

    public List<Lock> locks(Caller caller, List<String> path) {
        return locks.covering(lockPath(caller, path));
    }

    /**
     * Locks a file or folder, and makes an empty file where there is nothing.
     *
     * @param made is told that the file was made
     */
    public Lock lock(
            Caller caller,
            List<String> path,
            boolean exclusive,
            boolean deep,
            String owner,
            long seconds,
            Runnable made)
            throws IOException {
        boolean there = path.isEmpty() || place(caller, path).isPresent();
        Lock lock = locks.lock(lockPath(caller, path), exclusive, deep, owner, seconds);
        if (!there) {
            files.put(owner(caller), files.place(owner(caller), path), new ByteArrayInputStream(new byte[0]));
            made.run();
        }
        return lock;
    }

    public Optional<Lock> refresh(Caller caller, List<String> path, Set<String> tokens, long seconds) {
        return locks.refresh(lockPath(caller, path), tokens, seconds);
    }

    public boolean unlock(Caller caller, List<String> path, String token) {
        return locks.unlock(lockPath(caller, path), token);
    }

    private static IsengardException failure(int status, String why) {
        ErrorCode code = status == 507 ? ErrorCode.FULL_STORAGE : ErrorCode.FORBIDDEN;
        return new IsengardException(code, status, why, null);
    }
}
