package org.isengard.webdav.upload;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Source;
import org.isengard.api.security.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the files that wait, with the rights of their users. A file waits until nobody has written it for a while and nobody
 * holds a lock: clients make an empty file first, lock it, write it, and look at it again.
 *
 * <p>Threading: one thread of its own, which ends with the file that it is at.
 */
final class UploadWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UploadWorker.class);
    private static final long PAUSE_MILLIS = 500;
    private static final long QUIET_MILLIS = 2_000;
    private static final long EMPTY_MILLIS = 60_000;
    private static final long EMPTY_FOLDER_MILLIS = 3_600_000;
    private static final long RETRY_MILLIS = 30_000;
    private static final int ATTEMPTS = 100;
    private static final int MOST_ENTRIES = 100_000;
    private static final long SMALL_ENTRY = 64L << 20;
    private static final long LARGEST_RATIO = 200;
    private static final int WAIT_FOR_END_MILLIS = 25_000;

    private record Retry(int attempts, long at) {}

    private final UploadFiles files;
    private final Ingest ingest;
    private final Predicate<List<String>> locked;
    private final Map<Path, Retry> retries = new HashMap<>();
    private final Thread thread = new Thread(this::run, "isengard-webdav-uploads");
    private volatile boolean ends;
    private volatile int waiting;

    /** @param locked whether a resource, named by the directory of its user and its path, is locked */
    UploadWorker(UploadFiles files, Ingest ingest, Predicate<List<String>> locked) {
        this.files = files;
        this.ingest = ingest;
        this.locked = locked;
        thread.setDaemon(true);
        thread.start();
    }

    /** {@return how many files waited at the last look} */
    int waiting() {
        return waiting;
    }

    @Override
    public void close() {
        synchronized (this) {
            ends = true;
            notifyAll();
        }
        try {
            thread.join(WAIT_FOR_END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!ends) {
            try {
                // Files that were taken before a stop come first.
                for (Path file : list(files.taken())) {
                    if (!ends) {
                        store(file, files.taken().relativize(file).getName(0).toString());
                    }
                }
                takeQuiet();
            } catch (IOException | RuntimeException e) {
                LOG.error("The uploads of WebDAV cannot be read", e);
            }
            pause();
        }
    }

    private synchronized void pause() {
        try {
            if (!ends) {
                wait(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            ends = true;
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder, UploadFiles.DEEPEST + 2)) {
            return all.filter(one -> !one.equals(folder)).toList();
        } catch (java.io.UncheckedIOException e) {
            // A client deletes a folder meanwhile.
            LOG.debug("A folder of uploads vanishes", e);
            return List.of();
        }
    }

    private void takeQuiet() throws IOException {
        List<Path> all = list(files.waiting());
        waiting = all.size();
        for (Path one : all) {
            if (ends) {
                return;
            }
            try {
                Path relative = files.waiting().relativize(one);
                if (isQuiet(one, relative)) {
                    String folder = relative.getName(0).toString();
                    store(files.take(one, folder), folder);
                    waiting--;
                }
            } catch (NoSuchFileException e) {
                LOG.debug("An upload vanishes", e);
            }
        }
    }

    private boolean isQuiet(Path one, Path relative) throws IOException {
        long age = System.currentTimeMillis()
                - Files.getLastModifiedTime(one, LinkOption.NOFOLLOW_LINKS).toMillis();
        if (UploadFiles.isFolder(one)) {
            if (age > EMPTY_FOLDER_MILLIS && relative.getNameCount() > 1 && isEmpty(one)) {
                Files.delete(one);
            }
            return false;
        }
        if (age < QUIET_MILLIS || Files.size(one) == 0 && age < EMPTY_MILLIS) {
            return false;
        }
        List<String> path = new ArrayList<>();
        relative.forEach(name -> path.add(name.toString()));
        return !locked.test(path);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private void store(Path file, String folder) throws IOException {
        if (UploadFiles.isFolder(file)) {
            return;
        }
        Retry retry = retries.get(file);
        if (retry != null && retry.at() > System.currentTimeMillis()) {
            return;
        }
        // The first 37 characters of the name make it unique.
        String name = file.getFileName().toString().substring(37);
        UploadOwner owner = files.owner(folder);
        if (owner == null) {
            LOG.error("Nobody knows the user of the upload {}: the file stays as {}", name, files.setAside(file));
            return;
        }
        Identity.Bound bound = owner.identity().bind();
        try {
            receive(file, name, owner);
            Files.delete(file);
            retries.remove(file);
        } catch (IOException | RuntimeException e) {
            again(file, name, retry == null ? 1 : retry.attempts() + 1, e);
        } finally {
            bound.close();
        }
    }

    private void again(Path file, String name, int attempts, Exception e) throws IOException {
        if (ends) {
            // The services leave with this feature; the next one goes on.
            return;
        }
        if (attempts >= ATTEMPTS) {
            retries.remove(file);
            LOG.error("The upload {} cannot be stored: the file stays as {}", name, files.setAside(file), e);
            return;
        }
        LOG.warn(
                "The upload {} cannot be stored now, the server tries again: {}", name, String.valueOf(e.getMessage()));
        retries.put(file, new Retry(attempts, System.currentTimeMillis() + RETRY_MILLIS));
    }

    private void receive(Path file, String name, UploadOwner owner) throws IOException {
        if (name.startsWith("._") || name.equals(".DS_Store") || Files.size(file) == 0) {
            LOG.info("The upload {} has no content for the server and is removed", name);
            return;
        }
        try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            in.mark(4);
            byte[] magic = in.readNBytes(4);
            in.reset();
            boolean zip = magic.length == 4 && magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4;
            if (!zip) {
                receive(in, name, owner);
                return;
            }
        }
        archive(file, name, owner);
    }

    private void archive(Path file, String name, UploadOwner owner) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                LOG.warn("The upload {} has too many entries and is removed", name);
                return;
            }
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!entry.isDirectory()) {
                    long most = Math.max(SMALL_ENTRY, LARGEST_RATIO * Math.max(0, entry.getCompressedSize()));
                    try (InputStream in = new Bounded(zip.getInputStream(entry), most)) {
                        receive(in, name + "/" + entry.getName(), owner);
                    }
                }
            }
        } catch (ZipException e) {
            LOG.warn("The upload {} is no whole archive and is removed: {}", name, e.getMessage());
        }
    }

    /** Stores one instance; what is no instance is told in the log, and only passing faults are thrown. */
    private void receive(InputStream in, String name, UploadOwner owner) throws IOException {
        try {
            StoreStatus status =
                    ingest.receive(in, Source.rest(owner.caller(), "")).status();
            if (status == StoreStatus.STORAGE_FULL) {
                throw new IsengardException(ErrorCode.FULL_STORAGE, "The storage is full");
            }
            LOG.info("The upload {} of WebDAV: {}", name, status.label());
        } catch (InstanceRefused e) {
            LOG.warn("The upload {} of WebDAV is refused and removed: {}", name, e.getMessage());
        } catch (IsengardException e) {
            if (e.httpStatus() >= 500) {
                throw e;
            }
            LOG.warn("The upload {} of WebDAV is no DICOM file and is removed: {}", name, e.details());
        }
    }

    /** An entry of an archive that grows beyond measure ends with an error. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long most) {
            super(in);
            left = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            left -= Math.max(0, n);
            if (left < 0) {
                throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The entry expands beyond measure");
            }
            return n;
        }
    }
}
