package org.isengard.index;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The databases that tests of the index are run on. */
enum TestDatabase {
    SQLITE {
        @Override
        IndexOptions options(Path directory) {
            return Samples.options(directory, Optional.empty());
        }
    },

    /** Skipped where PostgreSQL is not installed. */
    POSTGRESQL {
        private final Map<Path, String> databases = new HashMap<>();

        @Override
        synchronized IndexOptions options(Path directory) {
            PostgresServer server = PostgresServer.common();
            return server.options(databases.computeIfAbsent(directory, d -> server.newDatabase()), directory);
        }
    };

    /** Options for an index whose data belong to a directory: the same one opens the same data again. */
    abstract IndexOptions options(Path directory);

    SqlIndex open(Path directory) {
        return new SqlIndex(options(directory), Samples.CLOCK);
    }
}
