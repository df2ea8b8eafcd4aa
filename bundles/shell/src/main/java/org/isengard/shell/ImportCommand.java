package org.isengard.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Caller;

/**
 * Takes in all DICOM files of a directory, with those below it, or of a ZIP archive. Files that are none are counted
 * and passed over.
 *
 * <p>Threading: files come in on a few threads of the command; the command's own counts and shows.
 */
@Service
@Command(
        scope = "isengard",
        name = "import",
        description = "Takes in the DICOM files of a directory or ZIP archive on the server's machine")
public final class ImportCommand extends ServerCommand {
    private static final int STEP = 1000;
    private static final int WAITING = 64;

    /** Opens one file or entry of an archive. */
    @FunctionalInterface
    private interface Opener {
        InputStream open() throws IOException;
    }

    @Argument(name = "directory|zip", required = true, description = "A directory, ZIP archive or single DICOM file")
    @Completion(FileCompleter.class)
    private String source;

    @Option(name = "--threads", description = "How many files come in at once (1 to 16)")
    private int threads = 4;

    private Ingest ingest;

    private final Map<StoreStatus, Integer> counts = new EnumMap<>(StoreStatus.class);
    private final List<String> failures = new ArrayList<>();
    private int others;
    private int done;

    @Override
    void run() throws IOException, InterruptedException {
        ingest = service(Ingest.class);
        if (threads < 1 || threads > 16) {
            throw new IllegalArgumentException("--threads must be from 1 to 16");
        }
        Path path = Path.of(source);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("There is no " + source);
        }
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.walk(path)) {
                    Iterator<Path> iterator = files.filter(Files::isRegularFile).iterator();
                    takeAll(workers, iterator, file -> () -> Files.newInputStream(file));
                }
            } else if (isZip(path)) {
                try (ZipFile zip = new ZipFile(path.toFile())) {
                    Enumeration<? extends ZipEntry> entries = zip.entries();
                    Iterator<ZipEntry> iterator = new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return entries.hasMoreElements();
                        }

                        @Override
                        public ZipEntry next() {
                            return entries.nextElement();
                        }
                    };
                    takeAll(workers, iterator, entry -> entry.isDirectory() ? null : () -> zip.getInputStream(entry));
                }
            } else {
                takeAll(workers, List.of(path).iterator(), file -> () -> Files.newInputStream(file));
            }
        } finally {
            workers.shutdown();
        }
        report();
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(4);
            return start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
        }
    }

    private <T> void takeAll(ExecutorService workers, Iterator<T> files, java.util.function.Function<T, Opener> opener)
            throws InterruptedException {
        Semaphore waiting = new Semaphore(WAITING);
        List<Future<?>> pending = new ArrayList<>();
        while (files.hasNext()) {
            T file = files.next();
            Opener open = opener.apply(file);
            if (open == null) {
                continue;
            }
            waiting.acquire();
            pending.removeIf(Future::isDone);
            pending.add(workers.submit(() -> {
                try {
                    take(String.valueOf(file), open);
                } finally {
                    waiting.release();
                }
            }));
        }
        for (Future<?> last : pending) {
            try {
                last.get();
            } catch (ExecutionException e) {
                fail("a file", e.getCause());
            }
        }
    }

    private void take(String name, Opener open) {
        try (InputStream in = open.open()) {
            StoreStatus status =
                    ingest.receive(in, Source.rest(Caller.PLUGIN, "")).status();
            if (status == StoreStatus.FAILURE || status == StoreStatus.STORAGE_FULL) {
                fail(name, new IOException(status.label()));
            } else {
                count(status);
            }
        } catch (IsengardException e) {
            if (e.error() == ErrorCode.BAD_FILE_FORMAT || e.error() == ErrorCode.INEXISTENT_TAG) {
                other();
            } else {
                fail(name, e);
            }
        } catch (IOException | RuntimeException e) {
            fail(name, e);
        }
    }

    private synchronized void count(StoreStatus status) {
        counts.merge(status, 1, Integer::sum);
        step();
    }

    private synchronized void other() {
        others++;
        step();
    }

    private synchronized void fail(String name, Throwable e) {
        failures.add(name + ": " + (e instanceof IsengardException known ? known.error() + " " + known.details() : e));
        step();
    }

    private void step() {
        done++;
        if (done % STEP == 0) {
            session().getConsole().println(done + " files ...");
        }
    }

    private synchronized void report() {
        PrintStream out = session().getConsole();
        counts.forEach((status, count) -> out.println(count + " " + status.label()));
        out.println(others + " no DICOM instance");
        out.println(failures.size() + " failed");
        failures.stream().limit(20).forEach(failure -> out.println("  " + failure));
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " of " + done + " files did not come in");
        }
    }
}
