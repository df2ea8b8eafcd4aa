package org.isengard.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.StorageArea;

/**
 * Compares the storage area with the index: files that no row names (what a crash leaves), rows whose file is missing
 * or has another size, and on request another MD5.
 */
@Service
@Command(
        scope = "isengard",
        name = "check",
        description = "Compares the storage area with the index: orphaned, missing and corrupted files")
public final class CheckCommand extends ServerCommand {
    private static final int BATCH = 500;

    @Option(name = "--remove-orphans", description = "Remove the files that belong to no resource")
    private boolean removeOrphans;

    @Option(name = "--md5", description = "Read every file and compare its MD5 (slow)")
    private boolean md5;

    private Index index;

    private StorageArea area;

    private Attachments attachments;

    @Override
    void run() throws IOException, InterruptedException {
        index = service(Index.class);
        area = service(StorageArea.class);
        attachments = service(Attachments.class);
        PrintStream out = session().getConsole();
        long damaged = checkRows(out);
        long orphans = checkFiles(out);
        out.println(damaged + " missing or damaged files, " + orphans + " orphans"
                + (removeOrphans ? " removed" : orphans > 0 ? " (remove them with --remove-orphans)" : ""));
    }

    private long checkRows(PrintStream out) throws IOException {
        long damaged = 0;
        long count = 0;
        String last = "";
        for (List<Attachment> batch = index.attachmentsAfter(last, BATCH);
                !batch.isEmpty();
                batch = index.attachmentsAfter(last, BATCH)) {
            for (Attachment attachment : batch) {
                String fault = fault(attachment);
                // A file that was deleted meanwhile is no fault.
                if (!fault.isEmpty() && !index.known(List.of(attachment.uuid())).isEmpty()) {
                    out.println(attachment.uuid() + " " + attachment.type() + ": " + fault);
                    damaged++;
                }
                last = attachment.uuid();
                count++;
            }
        }
        out.println(count + " files in the index");
        return damaged;
    }

    private String fault(Attachment attachment) {
        try {
            long size = area.size(attachment.uuid());
            if (size != attachment.storedSize()) {
                return "has " + size + " bytes instead of " + attachment.storedSize();
            }
            if (md5 && !attachment.md5().isEmpty() && !attachment.md5().equals(digest(attachment))) {
                return "has another MD5";
            }
            return "";
        } catch (IOException e) {
            return "cannot be read (" + e.getClass().getSimpleName() + ")";
        }
    }

    private String digest(Attachment attachment) throws IOException {
        try (InputStream in = attachments.open(attachment, 0);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("MD5"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private long checkFiles(PrintStream out) throws IOException {
        long orphans = 0;
        List<String> young = new ArrayList<>();
        try (Stream<String> files = area.list()) {
            Iterator<String> names = files.iterator();
            List<String> batch = new ArrayList<>(BATCH);
            while (names.hasNext()) {
                batch.add(names.next());
                if (batch.size() == BATCH || !names.hasNext()) {
                    young.addAll(unknown(batch));
                    batch.clear();
                }
            }
        }
        if (!young.isEmpty()) {
            waitForUploads();
        }
        for (int i = 0; i < young.size(); i += BATCH) {
            for (String uuid : unknown(young.subList(i, Math.min(young.size(), i + BATCH)))) {
                out.println(uuid + ": orphan");
                orphans++;
                if (removeOrphans) {
                    area.delete(uuid);
                }
            }
        }
        return orphans;
    }

    private List<String> unknown(List<String> uuids) {
        Set<String> known = index.known(uuids);
        return uuids.stream().filter(uuid -> !known.contains(uuid)).toList();
    }

    /** A file is durable before the index knows it: those that are on their way in get time to arrive. */
    private static void waitForUploads() {
        try {
            TimeUnit.SECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
