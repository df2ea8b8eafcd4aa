package org.isengard.transform.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.transform.Transcoding;

/**
 * Writes one archive to a stream. Files are read and compressed on other threads, a few ahead of the one being written,
 * so that memory does not depend on the size of the archive; a file too large for that is compressed while it is
 * written. The first failure ends everything: the archive stays without its directory and no reader takes it for whole.
 *
 * <p>Threading: one archive is written by its caller's thread; the threads that compress are shared by all archives.
 */
final class ArchiveWriter {
    private static final long MAX_AHEAD_BYTES = 8L << 20;

    /** A file on its way: ready for writing, or to be streamed when its turn comes. */
    private record Pending(ArchivePlan.Item item, Future<Ready> ready) {}

    /** A compressed file and, for media, its header. */
    private record Ready(DeflatedFile file, DicomFile header) {}

    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;
    private final Transcoding transcoding;
    private final ExecutorService threads;
    private final int ahead;

    ArchiveWriter(
            Index index,
            Attachments attachments,
            DicomFiles files,
            Transcoding transcoding,
            ExecutorService threads,
            int ahead) {
        this.index = index;
        this.attachments = attachments;
        this.files = files;
        this.transcoding = transcoding;
        this.threads = threads;
        this.ahead = ahead;
    }

    /** @param written told the number of files written so far; what it throws ends the work */
    void write(ArchivePlan plan, ArchiveOptions options, OutputStream out, IntConsumer written) throws IOException {
        Dicomdir dicomdir = options.media() ? new Dicomdir(options.extended()) : null;
        Deque<Pending> queue = new ArrayDeque<>();
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out);
        zip.setUseZip64(Zip64Mode.AsNeeded);
        zip.setLevel(Deflater.BEST_SPEED);
        zip.setUseLanguageEncodingFlag(options.utf8());
        try {
            Iterator<ArchivePlan.Item> items = plan.items().iterator();
            int count = 0;
            while (items.hasNext() || !queue.isEmpty()) {
                while (items.hasNext() && queue.size() < ahead) {
                    queue.add(prepare(items.next(), options));
                }
                Pending next = queue.remove();
                if (next.ready == null) {
                    stream(next.item, dicomdir, zip);
                } else {
                    Ready ready = await(next);
                    put(zip, next.item.name(), ready.file);
                    if (dicomdir != null) {
                        dicomdir.add(ready.header, next.item.name());
                    }
                }
                written.accept(++count);
            }
            if (dicomdir != null) {
                put(zip, "DICOMDIR", DeflatedFile.of(dicomdir.toBytes(), false));
            }
            zip.finish();
            zip.flush();
        } finally {
            queue.stream().filter(pending -> pending.ready != null).forEach(pending -> pending.ready.cancel(true));
        }
    }

    private Pending prepare(ArchivePlan.Item item, ArchiveOptions options) {
        // A file that must be transcoded has to be in memory anyway.
        boolean inMemory = item.size() <= MAX_AHEAD_BYTES || options.transcode().isPresent();
        return new Pending(item, inMemory ? threads.submit(() -> ready(item, options)) : null);
    }

    private static Ready await(Pending pending) throws IOException {
        try {
            return pending.ready.get();
        } catch (ExecutionException e) {
            IsengardException cause = e.getCause() instanceof NoSuchFileException
                    ? new IsengardException(ErrorCode.INEXISTENT_FILE, "its file is missing from the storage area")
                    : ErrorAnswer.translate(e.getCause());
            throw new IsengardException(
                    cause.error(),
                    "Instance " + pending.item.instance() + " cannot be packed: " + cause.details(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private Attachment attachment(ArchivePlan.Item item) {
        return index.attachment(ResourceLevel.INSTANCE, item.instance(), Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "it was deleted meanwhile"));
    }

    private Ready ready(ArchivePlan.Item item, ArchiveOptions options) throws IOException {
        Attachment attachment = attachment(item);
        if (attachment.size() > Integer.MAX_VALUE - 64) {
            throw new IsengardException(ErrorCode.NOT_ENOUGH_MEMORY, "it is too large to be transcoded");
        }
        byte[] bytes;
        try (InputStream in = attachments.open(attachment, 0)) {
            bytes = new byte[(int) attachment.size()];
            if (in.readNBytes(bytes, 0, bytes.length) != bytes.length) {
                throw new IsengardException(ErrorCode.CORRUPTED_FILE, "its file is shorter than the index says");
            }
        }
        DicomFile header = null;
        if (options.transcode().isPresent()) {
            header = transcoding.transcode(
                    files.parse(bytes), options.transcode().get(), true);
            bytes = Transcoding.write(header, bytes.length);
        }
        // Even where only the transfer syntax is wanted, the header is short.
        header = DicomReader.read(new ByteArrayInputStream(bytes), files.headerOptions());
        return new Ready(
                DeflatedFile.of(bytes, header.transferSyntax().encapsulated()), options.media() ? header : null);
    }

    private static void put(ZipArchiveOutputStream zip, String name, DeflatedFile file) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(file.stored() ? ZipEntry.STORED : ZipEntry.DEFLATED);
        entry.setSize(file.size());
        entry.setCompressedSize(file.length());
        entry.setCrc(file.crc());
        try (InputStream in = file.open()) {
            zip.addRawArchiveEntry(entry, in);
        }
    }

    /** A large file passes through; if its pixel data is compressed it is read twice, since its sum comes first then. */
    private void stream(ArchivePlan.Item item, Dicomdir dicomdir, ZipArchiveOutputStream zip) throws IOException {
        Attachment attachment = attachment(item);
        DicomFile header;
        try (InputStream in = attachments.open(attachment, 0)) {
            header = DicomReader.read(in, files.headerOptions());
        }
        ZipArchiveEntry entry = new ZipArchiveEntry(item.name());
        entry.setSize(attachment.size());
        entry.setMethod(ZipEntry.DEFLATED);
        if (header.transferSyntax().encapsulated()) {
            entry.setMethod(ZipEntry.STORED);
            entry.setCrc(crc(attachment));
        }
        zip.putArchiveEntry(entry);
        try (InputStream in = attachments.open(attachment, 0)) {
            if (in.transferTo(zip) != attachment.size()) {
                throw new IsengardException(
                        ErrorCode.CORRUPTED_FILE, "The file of instance " + item.instance() + " is not whole");
            }
        }
        zip.closeArchiveEntry();
        if (dicomdir != null) {
            dicomdir.add(header, item.name());
        }
    }

    private long crc(Attachment attachment) throws IOException {
        CRC32 crc = new CRC32();
        byte[] chunk = new byte[1 << 18];
        try (InputStream in = attachments.open(attachment, 0)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                crc.update(chunk, 0, n);
            }
        }
        return crc.getValue();
    }
}
