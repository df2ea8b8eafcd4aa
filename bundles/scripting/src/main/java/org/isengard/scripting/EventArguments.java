package org.isengard.scripting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.storage.DicomFiles;

/**
 * The arguments of event callbacks, read when their turn has come. The index or the storage area may be swapped just
 * then: they are waited for, and what failed while one of them left is read again from the one that came.
 *
 * <p>Threading: read on the thread of a Lua, which waits; closed by any other.
 */
final class EventArguments {
    /** A service is still there for a moment after it has closed. */
    private static final int ATTEMPTS = 20;

    /** Reads from what is there. */
    @FunctionalInterface
    private interface Reading {
        Object[] from(Index index, DicomFiles files) throws IOException;
    }

    private final Supplier<Index> indexes;
    private final Supplier<DicomFiles> storages;
    private volatile boolean closed;

    /** @param indexes and the storages give null while there is none */
    EventArguments(Supplier<Index> indexes, Supplier<DicomFiles> storages) {
        this.indexes = indexes;
        this.storages = storages;
    }

    /**
     * {@return null when the instance is gone}
     *
     * @throws IsengardException SERVICE_UNAVAILABLE when this was closed before there was anything to read from
     */
    Object[] stored(String id) {
        return read((index, files) -> {
            Map<String, MetadataValue> metadata = index.metadata(ResourceLevel.INSTANCE, id);
            return new Object[] {
                id,
                CallbackArguments.tags(files.dataset(id), files.dictionary()),
                CallbackArguments.metadata(metadata),
                CallbackArguments.origin(metadata)
            };
        });
    }

    /** {@return null when the resource is gone} */
    Object[] stable(ResourceLevel level, String id) {
        return read((index, files) -> {
            Optional<Resource> resource =
                    index.get(level, id, Set.of(FindRequest.Part.TAGS, FindRequest.Part.METADATA));
            return resource.map(found -> new Object[] {
                        id,
                        CallbackArguments.mainTags(found.tags().getOrDefault(level, Map.of()), files.dictionary()),
                        CallbackArguments.metadata(found.metadata())
                    })
                    .orElse(null);
        });
    }

    private Object[] read(Reading reading) {
        for (int attempt = 1; true; attempt++) {
            Index index = indexes.get();
            DicomFiles files = storages.get();
            if (index != null && files != null) {
                try {
                    return reading.from(index, files);
                } catch (IOException | RuntimeException e) {
                    if (e instanceof IsengardException error && isGone(error)) {
                        return null;
                    }
                    boolean comes =
                            e instanceof IsengardException error && error.error() == ErrorCode.SERVICE_UNAVAILABLE;
                    if (!comes && attempt >= ATTEMPTS && index.equals(indexes.get()) && files.equals(storages.get())) {
                        throw e instanceof RuntimeException failure
                                ? failure
                                : new UncheckedIOException((IOException) e);
                    }
                }
            }
            if (closed) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The index or the storage is not there");
            }
            ServerFunctions.pause();
        }
    }

    /** Nobody waits any more for what is not there. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    private static boolean isGone(IsengardException e) {
        return e.error() == ErrorCode.UNKNOWN_RESOURCE || e.error() == ErrorCode.INEXISTENT_FILE;
    }
}
