package org.isengard.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.isengard.api.IsengardException;
import org.isengard.api.image.Transcoder;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
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
    /** Modalities lose their patience after half a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Optional<TransferSyntax> target;
    private final boolean ofUncompressed;
    private final boolean ofCompressed;
    private final Lease<Transcoder> transcoder;

    /** No transcoder came in time: instances do not wait again before one is there. */
    private volatile boolean missing;

    @Activate
    public IngestTranscoding(Config config, BundleContext context) {
        this(
                config,
                Lease.follow(
                        context,
                        Transcoder.class,
                        "feature imaging",
                        SwapTimeout.of(context).atMost(PATIENCE)));
    }

    /** @param transcoder which an instance waits for while it is being swapped or started */
    IngestTranscoding(Config config, Lease<Transcoder> transcoder) {
        this.transcoder = transcoder;
        String uid = config.IngestTranscoding();
        if (!uid.isEmpty() && !TransferSyntax.isKnown(uid)) {
            LOG.error("Option \"IngestTranscoding\" names no transfer syntax and has no effect: {}", uid);
        }
        target = uid.isEmpty() || !TransferSyntax.isKnown(uid) ? Optional.empty() : Optional.of(TransferSyntax.of(uid));
        ofUncompressed = config.IngestTranscodingOfUncompressed();
        ofCompressed = config.IngestTranscodingOfCompressed();
    }

    @Deactivate
    void close() {
        transcoder.end();
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
        if (missing && transcoder.isAbsent()) {
            LOG.warn(
                    "There is no transcoder: the instance is kept in {}",
                    file.transferSyntax().name());
            return Optional.empty();
        }
        try {
            missing = false;
            DicomFile made = transcoder.use(present -> present.transcode(file, target.orElseThrow(), 0, true));
            Attributes meta = made.meta().copy();
            // A lossy encoding has made another instance.
            meta.setString(Tag.MediaStorageSOPInstanceUID, VR.UI, made.dataset().getString(Tag.SOPInstanceUID, ""));
            ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
            DicomWriter.write(out, meta, made.dataset(), made.transferSyntax());
            return Optional.of(out.toByteArray());
        } catch (ServiceAbsentException e) {
            missing = true;
            LOG.warn("The instance is kept in {}: {}", file.transferSyntax().name(), e.getMessage());
            return Optional.empty();
        } catch (IsengardException e) {
            LOG.warn("The instance is kept in {}: {}", file.transferSyntax().name(), e.details());
            return Optional.empty();
        }
    }
}
