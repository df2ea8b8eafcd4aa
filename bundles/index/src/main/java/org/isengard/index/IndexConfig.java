package org.isengard.index;

import org.isengard.index.sql.PostgresOptions;

/** Options of the configuration file that the index reads, with Orthanc's names and defaults. */
@interface IndexConfig {
    String isengard_workdir() default ".";

    String StorageDirectory() default "OrthancStorage";

    String IndexDirectory() default "";

    /** The section as JSON, see {@link PostgresOptions}. */
    String PostgreSQL() default "{}";

    int StableAge() default 60;

    /** In MiB. */
    int MaximumStorageSize() default 0;

    int MaximumPatientCount() default 0;

    String MaximumStorageMode() default "Recycle";

    boolean LogExportedResources() default false;

    boolean CheckRevisions() default false;

    String ExtraMainDicomTags() default "{}";

    String UserMetadata() default "{}";

    String UserContentType() default "{}";
}
