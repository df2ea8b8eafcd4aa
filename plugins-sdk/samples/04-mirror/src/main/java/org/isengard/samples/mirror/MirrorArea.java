package org.isengard.samples.mirror;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.storage.StorageArea;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/**
 * Keeps every new file twice: in the server's own storage area and in a second directory, from which it reads what the
 * first has lost. The higher ranking makes it the area that is used; it works once its section names the directory:
 *
 * <pre>"mirror" : { "Directory" : "/mnt/second/isengard" }</pre>
 */
@Plugin(id = "mirror", version = "1.0", description = "Keeps every file in a second directory too")
@Component(configurationPid = "isengard.plugin.mirror", configurationPolicy = ConfigurationPolicy.REQUIRE)
@ServiceRanking(10)
public final class MirrorArea implements StorageArea {
    /** The options of the section. */
    @interface Config {
        String Directory();
    }

    private final StorageArea first;
    private final Path second;

    @Activate
    public MirrorArea(
            Config config, @Reference(target = "(component.name=org.isengard.storage.FileStorage)") StorageArea first)
            throws IOException {
        this.first = first;
        second = Files.createDirectories(Path.of(config.Directory()));
    }

    private Path copy(String uuid) {
        if (!uuid.matches("[0-9a-f-]{36}")) {
            throw new IllegalArgumentException("Not a UUID: " + uuid);
        }
        return second.resolve(uuid);
    }

    @Override
    public Incoming create(String uuid) throws IOException {
        return new Twice(first.create(uuid), copy(uuid));
    }

    /** A file on its way to both places. */
    private static final class Twice implements Incoming {
        private final Incoming one;
        private final Path path;
        private final FileChannel other;
        private boolean committed;

        Twice(Incoming one, Path path) throws IOException {
            this.one = one;
            this.path = path;
            other = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            ByteBuffer again = bytes.duplicate();
            one.write(bytes);
            while (again.hasRemaining()) {
                other.write(again);
            }
        }

        @Override
        public void commit() throws IOException {
            other.force(true);
            one.commit();
            committed = true;
        }

        @Override
        public void close() throws IOException {
            other.close();
            if (!committed) {
                Files.deleteIfExists(path);
            }
            one.close();
        }
    }

    @Override
    public InputStream open(String uuid, long offset) throws IOException {
        try {
            return first.open(uuid, offset);
        } catch (NoSuchFileException e) {
            FileChannel channel = FileChannel.open(copy(uuid), StandardOpenOption.READ);
            channel.position(offset);
            return Channels.newInputStream(channel);
        }
    }

    @Override
    public long size(String uuid) throws IOException {
        try {
            return first.size(uuid);
        } catch (NoSuchFileException e) {
            return Files.size(copy(uuid));
        }
    }

    @Override
    public Optional<Path> path(String uuid) {
        return first.path(uuid).filter(Files::exists).or(() -> Optional.of(copy(uuid)));
    }

    @Override
    public void delete(String uuid) throws IOException {
        first.delete(uuid);
        Files.deleteIfExists(copy(uuid));
    }

    @Override
    public Stream<String> list() throws IOException {
        return first.list();
    }
}
