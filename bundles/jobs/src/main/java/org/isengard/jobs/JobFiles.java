package org.isengard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.JobState;
import org.isengard.runtime.files.DurableJsonFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs on disk, one document for each. A document that is no job is set aside, never thrown away. */
final class JobFiles {
    private static final Logger LOG = LoggerFactory.getLogger(JobFiles.class);

    private final DurableJsonFiles documents;

    /** @param directory where the files are; null to keep nothing */
    JobFiles(Path directory) {
        documents = directory == null ? null : new DurableJsonFiles(directory);
    }

    /** {@return the jobs there are, in their order; those that were running wait to be run again} */
    List<Entry> load() throws IOException {
        List<Entry> saved = new ArrayList<>();
        if (documents == null) {
            return saved;
        }
        for (Map.Entry<String, JsonNode> document : documents.readAll().entrySet()) {
            try {
                Entry entry = Entry.fromRow((ObjectNode) document.getValue());
                if (entry.state == JobState.RUNNING || entry.state == JobState.RETRY) {
                    entry.state = JobState.PENDING;
                }
                saved.add(entry);
            } catch (RuntimeException e) {
                LOG.error("The saved job {} is not understood and set aside", document.getKey(), e);
                documents.setAside(document.getKey());
            }
        }
        saved.sort(Comparator.comparingLong(entry -> entry.order));
        return saved;
    }

    /** A job that cannot be saved goes on in memory: a full disk must not hang the callers that wait for the job. */
    void save(String id, ObjectNode row) {
        try {
            write(id, row);
        } catch (IsengardException e) {
            LOG.error("Job {} is not saved", id, e);
        }
    }

    /**
     * Replaces the file of a job. When this returns, file and name are on disk.
     *
     * @throws IsengardException CANNOT_WRITE_FILE
     */
    void write(String id, ObjectNode row) {
        if (documents == null) {
            return;
        }
        try {
            documents.write(id, row);
        } catch (IOException e) {
            throw new IsengardException(ErrorCode.CANNOT_WRITE_FILE, "A job cannot be saved: " + e.getMessage(), e);
        }
    }

    void delete(String id) {
        try {
            if (documents != null) {
                documents.delete(id);
            }
        } catch (IOException e) {
            LOG.warn("The file of job {} stays", id, e);
        }
    }
}
