package org.isengard.index;

import org.isengard.index.sql.PostgresOptions;

/** Options of the configuration file that the index reads, with Orthanc's names and defaults. */
@interface IndexConfig {
    String isengard_workdir() default ".";

    String StorageDirectory();

    String IndexDirectory();

    /** The section as JSON, see {@link PostgresOptions}. */
    String PostgreSQL();

    int StableAge();

    /** In MiB. */
    int MaximumStorageSize();

    int MaximumPatientCount();

    String MaximumStorageMode();

    boolean LogExportedResources();

    boolean CheckRevisions();

    String ExtraMainDicomTags();

    String UserMetadata();

    String UserContentType();
}
