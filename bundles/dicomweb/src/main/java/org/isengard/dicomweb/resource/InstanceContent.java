package org.isengard.dicomweb.resource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.image.Transcoder;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.InstanceImages;

/** The files of stored instances, as they are or in another transfer syntax; streamed. */
public final class InstanceContent {
    /** Any transfer syntax will do. */
    public static final String AS_STORED = "*";

    private static final int BUFFER = 1 << 16;

    /**
     * A file that is ready to be sent.
     *
     * @param length in bytes, -1 when it is not known in advance
     */
    public record Ready(long length, Writing writing) {
        public void writeTo(OutputStream out) throws IOException {
            writing.write(out);
        }
    }

    /** Writes the bytes of a file. */
    @FunctionalInterface
    public interface Writing {
        void write(OutputStream out) throws IOException;
    }

    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;
    private final Transcoder transcoder;
    private final InstanceImages images;

    public InstanceContent(
            Index index, Attachments attachments, DicomFiles files, Transcoder transcoder, InstanceImages images) {
        this.index = index;
        this.attachments = attachments;
        this.files = files;
        this.transcoder = transcoder;
        this.images = images;
    }

    /**
     * Prepares a file.
     *
     * @param id Orthanc identifier
     * @param wanted UID of a transfer syntax; {@link #AS_STORED}; or "" for Explicit VR Little Endian where the pixel data
     *     can be decoded (PS3.18 section 8.7.3.5)
     * @throws IsengardException UNKNOWN_RESOURCE when the instance is gone, NOT_ACCEPTABLE when there is no way to the
     *     wanted transfer syntax
     */
    public Ready open(String id, String wanted) throws IOException {
        Attachment file = index.attachment(ResourceLevel.INSTANCE, id, Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        TransferSyntax target = wanted.isEmpty() ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN : TransferSyntax.of(wanted);
        if (wanted.equals(AS_STORED) || target.uid().equals(storedSyntax(id))) {
            return asStored(file);
        }
        DicomFile source = files.referenced(id);
        if (target.encapsulated() && !source.dataset().contains(Tag.PixelData)) {
            // There is nothing to compress in documents, reports and the like.
            target = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        }
        if (target.uid().equals(source.transferSyntax().uid())) {
            return asStored(file);
        }
        try {
            DicomFile sent = transcoded(source, target);
            return new Ready(-1, out -> DicomWriter.write(out, sent.meta(), sent.dataset(), sent.transferSyntax()));
        } catch (ImageException | IsengardException e) {
            if (wanted.isEmpty()) {
                // Video and the like has no native form.
                return asStored(file);
            }
            throw new IsengardException(
                    ErrorCode.NOT_ACCEPTABLE, "No way to transfer syntax " + wanted + ": " + e.getMessage(), e);
        }
    }

    private DicomFile transcoded(DicomFile source, TransferSyntax target) throws IOException {
        if (source.transferSyntax().encapsulated()
                && !target.encapsulated()
                && source.dataset().contains(Tag.PixelData)) {
            return DecodedFile.of(source, DicomImage.of(source, images.codecs()), target);
        }
        return transcoder.transcode(source, target, 0, true);
    }

    private String storedSyntax(String id) {
        return index.metadata(ResourceLevel.INSTANCE, id, Metadata.TRANSFER_SYNTAX)
                .map(MetadataValue::value)
                .orElse("");
    }

    private Ready asStored(Attachment file) {
        return new Ready(file.size(), out -> {
            try (InputStream in = attachments.open(file, 0)) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                }
            }
        });
    }
}
