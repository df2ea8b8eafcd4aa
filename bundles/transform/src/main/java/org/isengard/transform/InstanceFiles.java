package org.isengard.transform;

import java.io.IOException;
import java.io.InputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Reads whole instances to change them, and writes what came out; values not touched are copied, not encoded again. */
@Component(service = InstanceFiles.class)
public final class InstanceFiles {
    /** The SOP class that DCMTK writes into the meta header of files whose data set names none. */
    private static final String PRIVATE_SOP_CLASS = "1.2.276.0.7230010.3.1.0.1";

    private static final int HEADER_GROWTH = 1 << 13;

    /** Above this size in bytes, pixel data stays in its file and what is made goes to one. */
    private static final long MAX_IN_MEMORY = 32L << 20;

    /** An instance as it was read; {@code size} in bytes. */
    public record Whole(DicomFile file, long size) {}

    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;

    @Activate
    public InstanceFiles(@Reference Index index, @Reference Attachments attachments, @Reference DicomFiles files) {
        this.index = index;
        this.attachments = attachments;
        this.files = files;
    }

    /**
     * Reads an instance, with its pixel data in memory unless it is large.
     *
     * @throws IsengardException UNKNOWN_RESOURCE, CORRUPTED_FILE
     */
    public Whole read(String instance) throws IOException {
        Attachment attachment = index.attachment(ResourceLevel.INSTANCE, instance, Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        if (attachment.size() > MAX_IN_MEMORY) {
            return new Whole(files.referenced(instance), attachment.size());
        }
        byte[] bytes = new byte[(int) attachment.size()];
        try (InputStream in = attachments.open(attachment, 0)) {
            if (in.readNBytes(bytes, 0, bytes.length) != bytes.length) {
                throw new IsengardException(ErrorCode.CORRUPTED_FILE, "The file is shorter than the index says");
            }
        }
        return new Whole(files.parse(bytes), bytes.length);
    }

    /**
     * Writes a file with file meta information made anew, as its data set says.
     *
     * @param sizeHint about how many bytes it will have
     * @return to be closed
     */
    public static NewFile write(Attributes dataset, TransferSyntax syntax, long sizeHint) throws IOException {
        Attributes meta = DicomWriter.fileMetaInformation(
                dataset.getString(Tag.SOPClassUID, PRIVATE_SOP_CLASS), dataset.getString(Tag.SOPInstanceUID), syntax);
        return NewFile.write(
                sizeHint > MAX_IN_MEMORY ? -1 : (int) sizeHint + HEADER_GROWTH,
                out -> DicomWriter.write(out, meta, dataset, syntax, Transcoding.lengths(syntax)));
    }
}
