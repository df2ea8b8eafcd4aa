package org.isengard.webdav.tree;

import java.time.Instant;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;

/**
 * A folder or a file of the stored tree.
 *
 * @param id Orthanc identifier of a resource; {@code 2024} or {@code 2024-01} of a date; else ""
 * @param name within the folder above
 * @param uids whether names below are UIDs
 * @param file of an instance, else null
 */
public record Node(Kind kind, String id, String name, boolean uids, Instant modified, Attachment file) {
    /** Kinds of folders and files. */
    public enum Kind {
        ROOT(null),
        BY_PATIENTS(null),
        BY_STUDIES(null),
        BY_DATES(null),
        BY_UIDS(null),
        YEAR(null),
        MONTH(null),
        PATIENT(ResourceLevel.PATIENT),
        STUDY(ResourceLevel.STUDY),
        SERIES(ResourceLevel.SERIES),
        INSTANCE(ResourceLevel.INSTANCE),
        /** The answer of the REST API about a study, as a file. */
        STUDY_JSON(null),
        /** The answer of the REST API about a series, as a file. */
        SERIES_JSON(null);

        private final ResourceLevel level;

        Kind(ResourceLevel level) {
            this.level = level;
        }

        /** {@return the level of the resource that the folder or file stands for, null for none} */
        public ResourceLevel level() {
            return level;
        }
    }

    static Node folder(Kind kind, String id, String name) {
        return new Node(kind, id, name, kind == Kind.BY_UIDS, Instant.now(), null);
    }

    public boolean isFolder() {
        return kind != Kind.INSTANCE && kind != Kind.STUDY_JSON && kind != Kind.SERIES_JSON;
    }

    Node named(String other) {
        return new Node(kind, id, other, uids, modified, file);
    }
}
