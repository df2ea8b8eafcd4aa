package org.isengard.transform.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.runtime.options.Directories;
import org.isengard.transform.Transcoding;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Plans and writes archives; holds the threads that compress and the archives made by jobs. */
@Component(
        service = ArchiveService.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ArchiveService {
    @interface Config {
        /** Threads that read and compress; 0 for the number of processors. */
        int ZipLoaderThreads();

        int MediaArchiveSize();

        boolean SynchronousZipStream();

        boolean ZipUseUtf8();

        String StorageDirectory();

        String IndexDirectory();

        String TemporaryDirectory();

        String isengard_workdir() default ".";
    }

    private final Index index;
    private final ExecutorService threads;
    private final ArchiveWriter writer;
    private final ArchiveFiles archives;
    private final boolean synchronousStream;
    private final boolean utf8;

    @Activate
    public ArchiveService(
            Config config,
            @Reference Index index,
            @Reference Attachments attachments,
            @Reference DicomFiles files,
            @Reference Transcoding transcoding)
            throws IOException {
        this.index = index;
        int count = config.ZipLoaderThreads() > 0
                ? Math.min(config.ZipLoaderThreads(), 64)
                : Runtime.getRuntime().availableProcessors();
        threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "isengard-zip");
            thread.setDaemon(true);
            return thread;
        });
        writer = new ArchiveWriter(index, attachments, files, transcoding, threads, 2 * count);
        archives = new ArchiveFiles(directory(config), config.MediaArchiveSize());
        synchronousStream = config.SynchronousZipStream();
        utf8 = config.ZipUseUtf8();
    }

    private static Path directory(Config config) {
        return Directories.temporary(
                        config.isengard_workdir(),
                        config.StorageDirectory(),
                        config.IndexDirectory(),
                        config.TemporaryDirectory())
                .resolve("archives");
    }

    @Deactivate
    void stop() {
        threads.shutdownNow();
    }

    ArchivePlan plan(ArchiveOptions options) {
        return new ArchivePlan(index, options);
    }

    void write(ArchivePlan plan, ArchiveOptions options, OutputStream out, IntConsumer written) throws IOException {
        writer.write(plan, options, out, written);
    }

    ArchiveFiles archives() {
        return archives;
    }

    /** {@return whether a synchronous call streams; otherwise the archive is made first and has a known length} */
    boolean streams() {
        return synchronousStream;
    }

    boolean utf8ByDefault() {
        return utf8;
    }
}
