package org.isengard.scripting;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.isengard.runtime.files.DurableJsonFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pending actions on disk, one document for each: the actions that scripts requested are done although the server was
 * killed meanwhile. Where nothing can be written, they are done from memory alone.
 */
final class PendingActionFiles {
    /** Part of the stored format: earlier versions wrote here. */
    static final String DIRECTORY = "errands";

    private static final Logger LOG = LoggerFactory.getLogger(PendingActionFiles.class);
    /** Numbers of 60 bits: there is always a next one. */
    private static final Pattern NAME = Pattern.compile("0[0-9a-f]{15}");

    private final DurableJsonFiles files;
    private long last;

    PendingActionFiles(Path directory) {
        files = new DurableJsonFiles(directory);
    }

    /** {@return a name that sorts behind all names given before, also by earlier runs} */
    synchronized String nextName() {
        last = Math.max(last + 1, System.currentTimeMillis() << 10);
        return String.format("%016x", last);
    }

    /** {@return the actions that an earlier run left undone, in their order} */
    List<PendingAction> load() {
        List<PendingAction> found = new ArrayList<>();
        try {
            for (Map.Entry<String, JsonNode> document : files.readAll().entrySet()) {
                read(document.getKey(), document.getValue(), found);
            }
        } catch (IOException e) {
            LOG.error("The actions that scripts requested before cannot be read", e);
        }
        return found;
    }

    private void read(String name, JsonNode document, List<PendingAction> found) {
        try {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("The file is not one of this class");
            }
            found.add(PendingAction.of(name, document));
            synchronized (this) {
                last = Math.max(last, Long.parseLong(name, 16));
            }
        } catch (RuntimeException e) {
            LOG.error("The pending action {} is not understood and is set aside", name, e);
            files.setAside(name);
        }
    }

    void save(PendingAction action) {
        try {
            files.write(action.name, action.toJson());
        } catch (IOException e) {
            LOG.error("A requested action is not saved: a crash would lose it", e);
        }
    }

    void delete(PendingAction action) {
        try {
            files.delete(action.name);
        } catch (IOException e) {
            LOG.error("The file of {} stays: the action may be done again after a restart", action.name, e);
        }
    }
}
