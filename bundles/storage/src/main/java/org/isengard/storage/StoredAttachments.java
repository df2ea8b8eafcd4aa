package org.isengard.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Attachment.Compression;
import org.isengard.api.index.Index;
import org.isengard.api.monitor.HealthCheck;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.StorageArea;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attachments in the storage area: MD5 and size are taken while the bytes pass, compression is zlib behind 8 bytes of
 * uncompressed size, little endian, as in Orthanc's storage areas.
 *
 * <p>Threading: one daemon thread removes the files that the index gave up, one for each processor takes sums.
 */
@Component(
        service = {Attachments.class, MetricSource.class, HealthCheck.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class StoredAttachments implements Attachments, MetricSource, HealthCheck {
    @interface Config {
        boolean StorageCompression();

        boolean StoreMD5ForAttachments();
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoredAttachments.class);
    private static final int SIZE_PREFIX = 8;
    private static final int BATCH = 500;

    /** With less free disk than that, the server is not ready for another instance. */
    private static final long LEAST_FREE_BYTES = 100L << 20;

    /** Below, handing the sum to another thread costs more than it saves. */
    private static final int PARALLEL_BYTES = 1 << 16;

    private final MeasuredArea area;
    private final Index index;
    private final boolean compress;
    private final boolean md5;
    private final FileNames names = new FileNames();
    private final ScheduledExecutorService collector = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "isengard-storage-garbage");
        thread.setDaemon(true);
        return thread;
    });

    private final ExecutorService sums =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
                Thread thread = new Thread(task, "isengard-storage-sum");
                thread.setDaemon(true);
                return thread;
            });

    @Activate
    public StoredAttachments(
            Config config,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) StorageArea area,
            @Reference Index index) {
        this.area = new MeasuredArea(area);
        this.index = index;
        compress = config.StorageCompression();
        md5 = config.StoreMD5ForAttachments();
        collector.scheduleWithFixedDelay(this::collect, 1, 1, TimeUnit.SECONDS);
    }

    @Deactivate
    void stop() throws InterruptedException {
        sums.shutdown();
        collector.shutdown();
        collector.awaitTermination(10, TimeUnit.SECONDS);
    }

    @Override
    public String name() {
        return "storage";
    }

    /** An area that has no files of its own is there, which is all that can be asked of it. */
    @Override
    public void check() throws IOException {
        Path directory = area.path(UUID.randomUUID().toString()).orElse(null);
        while (directory != null && !Files.exists(directory)) {
            directory = directory.getParent();
        }
        if (directory == null) {
            return;
        }
        if (!Files.isWritable(directory)) {
            throw new IOException("The storage directory cannot be written");
        }
        if (Files.getFileStore(directory).getUsableSpace() < LEAST_FREE_BYTES) {
            throw new IOException("The disk of the storage directory has less than 100 MB left");
        }
    }

    @Override
    public void report(MetricSink sink) {
        area.report(sink);
    }

    @Override
    public Upload create(String type) throws IOException {
        return create(type, compress);
    }

    @Override
    public Upload create(String type, boolean compressed) throws IOException {
        String uuid = names.next();
        return compressed ? new CompressedUpload(uuid, type) : new PlainUpload(uuid, type);
    }

    /** The sum is taken on another thread while this one waits for the disk. */
    @Override
    public Attachment store(String type, ByteBuffer file) throws IOException {
        if (compress || !md5 || file.remaining() < PARALLEL_BYTES) {
            return Attachments.super.store(type, file);
        }
        String uuid = names.next();
        long size = file.remaining();
        ByteBuffer summed = file.duplicate();
        Future<String> sum = sums.submit(() -> {
            MessageDigest digest = md5Digest();
            digest.update(summed);
            return HexFormat.of().formatHex(digest.digest());
        });
        try (StorageArea.Incoming incoming = area.create(uuid)) {
            incoming.write(file);
            incoming.commit();
        } finally {
            // Also when the disk fails: the buffer is the caller's again afterwards.
            awaitSum(sum);
        }
        String hex = awaitSum(sum);
        return new Attachment(uuid, type, size, hex, Compression.NONE, size, hex, 0);
    }

    private static String awaitSum(Future<String> sum) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return sum.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IOException("The MD5 sum cannot be taken", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MessageDigest md5Digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private String hex(MessageDigest digest) {
        return md5 ? HexFormat.of().formatHex(digest.digest()) : "";
    }

    private final class PlainUpload implements Upload {
        private final String uuid;
        private final String type;
        private final StorageArea.Incoming incoming;
        private final MessageDigest digest = md5Digest();
        private long size;

        PlainUpload(String uuid, String type) throws IOException {
            this.uuid = uuid;
            this.type = type;
            incoming = area.create(uuid);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            size += bytes.remaining();
            if (md5) {
                digest.update(bytes.duplicate());
            }
            incoming.write(bytes);
        }

        @Override
        public Attachment commit() throws IOException {
            incoming.commit();
            String hex = hex(digest);
            return new Attachment(uuid, type, size, hex, Compression.NONE, size, hex, 0);
        }

        @Override
        public void close() throws IOException {
            incoming.close();
        }
    }

    /** The size comes first in the file but is known last: the compressed bytes wait in a second file. */
    private final class CompressedUpload implements Upload {
        private final String uuid;
        private final String type;
        private final String scratch = UUID.randomUUID().toString();
        private final StorageArea.Incoming waiting;
        private final MessageDigest digest = md5Digest();
        private final Deflater deflater = new Deflater();
        private final byte[] buffer = new byte[1 << 16];
        private boolean finished;
        private long size;

        CompressedUpload(String uuid, String type) throws IOException {
            this.uuid = uuid;
            this.type = type;
            waiting = area.create(scratch);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            size += bytes.remaining();
            if (md5) {
                digest.update(bytes.duplicate());
            }
            deflater.setInput(bytes);
            while (!deflater.needsInput()) {
                deflate();
            }
        }

        private void deflate() throws IOException {
            int n = deflater.deflate(buffer);
            waiting.write(ByteBuffer.wrap(buffer, 0, n));
        }

        @Override
        public Attachment commit() throws IOException {
            deflater.finish();
            while (!deflater.finished()) {
                deflate();
            }
            waiting.commit();
            finished = true;
            MessageDigest stored = md5Digest();
            long storedSize = SIZE_PREFIX;
            try (InputStream in = area.open(scratch, 0);
                    StorageArea.Incoming incoming = area.create(uuid)) {
                ByteBuffer prefix = ByteBuffer.allocate(SIZE_PREFIX)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(size)
                        .flip();
                stored.update(prefix.duplicate());
                incoming.write(prefix);
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    stored.update(buffer, 0, n);
                    storedSize += n;
                    incoming.write(ByteBuffer.wrap(buffer, 0, n));
                }
                incoming.commit();
            }
            return new Attachment(
                    uuid, type, size, hex(digest), Compression.ZLIB_WITH_SIZE, storedSize, hex(stored), 0);
        }

        @Override
        public void close() throws IOException {
            deflater.end();
            waiting.close();
            if (finished) {
                area.delete(scratch);
            }
        }
    }

    @Override
    public InputStream open(Attachment attachment, long offset) throws IOException {
        if (attachment.compression() == Compression.NONE) {
            return area.open(attachment.uuid(), offset);
        }
        InputStream in = new InflaterInputStream(area.open(attachment.uuid(), SIZE_PREFIX));
        in.skipNBytes(offset);
        return in;
    }

    @Override
    public InputStream openStored(Attachment attachment) throws IOException {
        return area.open(attachment.uuid(), 0);
    }

    @Override
    public Optional<Path> path(Attachment attachment) {
        if (attachment.compression() != Compression.NONE) {
            return Optional.empty();
        }
        Optional<Path> path = area.path(attachment.uuid());
        path.ifPresent(file -> area.readByPath(attachment.size()));
        return path;
    }

    @Override
    public void discard(Attachment attachment) throws IOException {
        area.delete(attachment.uuid());
    }

    @Override
    public void collectGarbage() {
        collector.execute(this::collect);
    }

    private void collect() {
        try {
            List<Attachment> garbage = index.garbage(BATCH);
            while (!garbage.isEmpty()) {
                for (Attachment attachment : garbage) {
                    area.delete(attachment.uuid());
                }
                index.collected(garbage.stream().map(Attachment::uuid).toList());
                garbage = index.garbage(BATCH);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Files of deleted resources could not be removed, to be tried again", e);
        }
    }

    /** Copies a stream into an upload. */
    static void copy(InputStream in, Upload upload) throws IOException {
        in.transferTo(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                upload.write(ByteBuffer.wrap(new byte[] {(byte) b}));
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                upload.write(ByteBuffer.wrap(bytes, offset, length));
            }
        });
    }
}
