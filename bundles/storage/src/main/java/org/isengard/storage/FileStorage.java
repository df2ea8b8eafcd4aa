package org.isengard.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.api.storage.StorageArea;
import org.isengard.runtime.options.Directories;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Files in Orthanc's two-level layout: {@code ab/cd/abcd...}. A file is written under its final name, which no index
 * row knows before it is synced: what a crash leaves is an orphan, never half a file that counts.
 */
@Component(
        service = StorageArea.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class FileStorage implements StorageArea {
    @interface Config {
        String StorageDirectory();

        boolean SyncStorageArea();

        String isengard_workdir() default ".";
    }

    static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Path root;
    private final boolean sync;

    @Activate
    public FileStorage(Config config) throws IOException {
        this(
                Directories.of(config.isengard_workdir(), config.StorageDirectory(), "")
                        .storage(),
                config.SyncStorageArea());
    }

    FileStorage(Path root, boolean sync) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        this.sync = sync;
        Files.createDirectories(this.root);
    }

    private Path file(String uuid) {
        if (!UUID.matcher(uuid).matches()) {
            throw new IllegalArgumentException("Not a UUID: " + uuid);
        }
        return root.resolve(uuid.substring(0, 2)).resolve(uuid.substring(2, 4)).resolve(uuid);
    }

    @Override
    public Incoming create(String uuid) throws IOException {
        Path file = file(uuid);
        try {
            return new IncomingFile(file);
        } catch (NoSuchFileException e) {
            Files.createDirectories(file.getParent());
            return new IncomingFile(file);
        }
    }

    private final class IncomingFile implements Incoming {
        private final Path file;
        private final FileChannel channel;
        private boolean committed;

        IncomingFile(Path file) throws IOException {
            this.file = file;
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void commit() throws IOException {
            if (sync) {
                channel.force(true);
            }
            channel.close();
            committed = true;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            if (!committed) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public InputStream open(String uuid, long offset) throws IOException {
        FileChannel channel = FileChannel.open(file(uuid), StandardOpenOption.READ);
        channel.position(offset);
        return Channels.newInputStream(channel);
    }

    @Override
    public long size(String uuid) throws IOException {
        return Files.size(file(uuid));
    }

    @Override
    public Optional<Path> path(String uuid) {
        return Optional.of(file(uuid));
    }

    @Override
    public void delete(String uuid) throws IOException {
        Files.deleteIfExists(file(uuid));
    }

    @Override
    public Stream<String> list() throws IOException {
        return Files.walk(root, 3, new FileVisitOption[0])
                .map(path -> path.getFileName().toString())
                .filter(name -> UUID.matcher(name).matches());
    }
}
