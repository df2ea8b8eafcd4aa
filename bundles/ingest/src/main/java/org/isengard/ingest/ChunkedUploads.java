package org.isengard.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/**
 * Files that browsers send in several requests: jQuery File Upload names the place of each chunk in {@code Content-Range},
 * older uploaders send {@code X-File-Name} and {@code X-File-Size} and the chunks in their order.
 *
 * <p>Threading: any threads; one at a time adds to a file, since a client sends one chunk after the other.
 */
final class ChunkedUploads implements AutoCloseable {
    /** Where a chunk belongs. */
    record Place(String key, long first, long length, long total) {
        boolean isWhole() {
            return first == 0 && length == total;
        }
    }

    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}");
    private static final int MOST_FILES = 32;
    private static final long SILENCE_NANOS = 600_000_000_000L;
    private static final int CHUNK = 1 << 16;

    private static final class Unfinished {
        private final Path file;
        private long size;
        private long touched = System.nanoTime();

        Unfinished(Path file) {
            this.file = file;
        }
    }

    private final Map<String, Unfinished> files = new LinkedHashMap<>();

    /**
     * {@return the place of the body, or of a form's one file; empty for an upload in one piece}
     *
     * @throws IsengardException BAD_REQUEST when the headers contradict themselves
     */
    static Optional<Place> place(Request request) {
        Optional<String> range = request.header("Content-Range");
        Optional<String> name = request.header("X-File-Name");
        Optional<String> size = request.header("X-File-Size");
        String file = name.or(() -> request.header("Content-Disposition")).orElse("");
        String sender = request.caller().remoteIp() + ' ' + request.caller().username() + ' ';
        if (range.isPresent()) {
            Matcher m = RANGE.matcher(range.get().strip());
            if (!m.matches()) {
                throw bad("Content-Range must be \"bytes FIRST-LAST/TOTAL\"");
            }
            long first = Long.parseLong(m.group(1));
            long last = Long.parseLong(m.group(2));
            long total = Long.parseLong(m.group(3));
            if (first > last || last >= total) {
                throw bad("Content-Range is no range of its total");
            }
            return Optional.of(new Place(sender + total + ' ' + file, first, last - first + 1, total));
        }
        if (name.isEmpty() || size.isEmpty()) {
            return Optional.empty();
        }
        if (!SIZE.matcher(size.get().strip()).matches()) {
            throw bad("X-File-Size must be a number of bytes");
        }
        long total = Long.parseLong(size.get().strip());
        return Optional.of(new Place(sender + total + ' ' + file, -1, -1, total));
    }

    /**
     * Adds a chunk.
     *
     * @return the whole file when it was the last one, to be deleted by the caller; else empty
     * @throws IsengardException BAD_REQUEST when the chunk does not follow the one before, or has another length than told
     */
    synchronized Optional<Path> add(Place place, InputStream chunk) throws IOException {
        forgetSilent();
        Unfinished file = files.get(place.key());
        if (file == null || place.first() == 0) {
            forget(place.key());
            file = new Unfinished(Files.createTempFile("isengard-upload", ".part"));
            files.put(place.key(), file);
            forgetOldest();
        }
        if (place.first() >= 0 && place.first() != file.size) {
            throw bad("The chunk begins at byte " + place.first() + ", the file has " + file.size + " bytes");
        }
        boolean kept = false;
        try {
            long most = place.length() >= 0 ? place.length() : place.total() - file.size;
            long added = append(file.file, chunk, most);
            if (place.length() >= 0 && added != place.length()) {
                throw bad("The chunk has " + added + " bytes, Content-Range says " + place.length());
            }
            file.size += added;
            file.touched = System.nanoTime();
            kept = true;
        } finally {
            if (!kept) {
                forget(place.key());
            }
        }
        if (file.size < place.total()) {
            return Optional.empty();
        }
        files.remove(place.key());
        return Optional.of(file.file);
    }

    private static long append(Path file, InputStream in, long most) throws IOException {
        byte[] buffer = new byte[CHUNK];
        long added = 0;
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                added += n;
                if (added > most) {
                    throw bad("The chunk is longer than its headers say");
                }
                out.write(buffer, 0, n);
            }
        }
        return added;
    }

    private void forgetSilent() throws IOException {
        for (Iterator<Unfinished> all = files.values().iterator(); all.hasNext(); ) {
            Unfinished file = all.next();
            if (System.nanoTime() - file.touched > SILENCE_NANOS) {
                all.remove();
                Files.deleteIfExists(file.file);
            }
        }
    }

    private void forgetOldest() throws IOException {
        if (files.size() > MOST_FILES) {
            forget(files.keySet().iterator().next());
        }
    }

    private void forget(String key) throws IOException {
        Unfinished file = files.remove(key);
        if (file != null) {
            Files.deleteIfExists(file.file);
        }
    }

    private static IsengardException bad(String details) {
        return new IsengardException(ErrorCode.BAD_REQUEST, details);
    }

    @Override
    public synchronized void close() throws IOException {
        for (Unfinished file : files.values()) {
            Files.deleteIfExists(file.file);
        }
        files.clear();
    }
}
