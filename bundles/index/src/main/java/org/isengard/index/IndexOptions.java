package org.isengard.index;

import java.nio.file.Path;
import java.util.Optional;
import org.isengard.index.sql.Database;
import org.isengard.index.sql.PostgresDatabase;
import org.isengard.index.sql.PostgresOptions;
import org.isengard.index.sql.SqliteDatabase;
import org.isengard.runtime.options.Directories;

/**
 * The options of the index, by Orthanc's names.
 *
 * @param directory where the embedded database is
 * @param postgres the database to use instead of the embedded one
 * @param maximumStorageSize in bytes, 0 for no limit
 * @param maximumPatientCount 0 for no limit
 * @param reject refuse what exceeds the limits instead of recycling old patients
 * @param extraMainDicomTags JSON object: level -> names of tags
 * @param userMetadata JSON object: name -> number
 * @param userContentType JSON object: name -> number, or an array of number and MIME type
 */
record IndexOptions(
        Path directory,
        Optional<PostgresOptions> postgres,
        int stableAge,
        long maximumStorageSize,
        long maximumPatientCount,
        boolean reject,
        boolean logExportedResources,
        boolean checkRevisions,
        String extraMainDicomTags,
        String userMetadata,
        String userContentType) {
    private static final long MEBIBYTE = 1 << 20;

    static IndexOptions of(IndexConfig config) {
        return new IndexOptions(
                Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                        .index(),
                PostgresOptions.read(config.PostgreSQL()),
                config.StableAge(),
                Math.multiplyExact(Math.max(0L, config.MaximumStorageSize()), MEBIBYTE),
                config.MaximumPatientCount(),
                config.MaximumStorageMode().equals("Reject"),
                config.LogExportedResources(),
                config.CheckRevisions(),
                config.ExtraMainDicomTags(),
                config.UserMetadata(),
                config.UserContentType());
    }

    Database database() {
        return postgres.isPresent() ? new PostgresDatabase(postgres.get()) : new SqliteDatabase(directory);
    }
}
