package org.isengard.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.isengard.api.IsengardException;
import org.isengard.api.image.Transcoder;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the transfer syntax of what comes in (Orthanc's IngestTranscoding). An instance that cannot be transcoded is
 * kept as it came: receiving never fails for it.
 */
@Component(
        service = IngestTranscoding.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class IngestTranscoding {
    @interface Config {
        /** UID of the wanted transfer syntax, "" for none. */
        String IngestTranscoding();

        boolean IngestTranscodingOfUncompressed();

        boolean IngestTranscodingOfCompressed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(IngestTranscoding.class);

    private final Optional<TransferSyntax> target;
    private final boolean ofUncompressed;
    private final boolean ofCompressed;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Transcoder transcoder;

    @Activate
    public IngestTranscoding(Config config) {
        String uid = config.IngestTranscoding();
        if (!uid.isEmpty() && !TransferSyntax.isKnown(uid)) {
            LOG.error("Option \"IngestTranscoding\" names no transfer syntax and has no effect: {}", uid);
        }
        target = uid.isEmpty() || !TransferSyntax.isKnown(uid) ? Optional.empty() : Optional.of(TransferSyntax.of(uid));
        ofUncompressed = config.IngestTranscodingOfUncompressed();
        ofCompressed = config.IngestTranscodingOfCompressed();
    }

    /** Whether an instance with this header is to be transcoded; only images are. */
    boolean wants(DicomFile header) {
        return target.isPresent()
                && header.pixelDataVR() != null
                && !header.transferSyntax().equals(target.get())
                && (header.transferSyntax().encapsulated() ? ofCompressed : ofUncompressed);
    }

    /**
     * Transcodes a file.
     *
     * @param file with its pixel data; must not be used afterwards
     * @return the bytes of the new file, empty when it cannot be done
     */
    Optional<byte[]> transcode(DicomFile file) throws IOException {
        Transcoder service = transcoder;
        if (service == null) {
            LOG.warn(
                    "No transcoder is installed: the instance is kept in {}",
                    file.transferSyntax().name());
            return Optional.empty();
        }
        try {
            DicomFile made = service.transcode(file, target.orElseThrow(), 0, true);
            Attributes meta = made.meta().copy();
            // A lossy encoding has made another instance.
            meta.setString(Tag.MediaStorageSOPInstanceUID, VR.UI, made.dataset().getString(Tag.SOPInstanceUID, ""));
            ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
            DicomWriter.write(out, meta, made.dataset(), made.transferSyntax());
            return Optional.of(out.toByteArray());
        } catch (IsengardException e) {
            LOG.warn("The instance is kept in {}: {}", file.transferSyntax().name(), e.details());
            return Optional.empty();
        }
    }
}
