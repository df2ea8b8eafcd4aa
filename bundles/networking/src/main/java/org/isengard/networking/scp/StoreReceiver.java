package org.isengard.networking.scp;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Source;
import org.isengard.dicom.DicomException;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives instances by C-STORE, as SCP and during C-GET: each data set streams to ingest while it arrives. */
public final class StoreReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(StoreReceiver.class);

    /** Looser than the rules for UIDs: some modalities break the rules, and users need their images all the same. */
    private static final Pattern IDENTIFIER = Pattern.compile("[0-9A-Za-z._-]{1,64}");

    private final Lease<Ingest> ingestLease;
    private final Source source;

    public StoreReceiver(Lease<Ingest> ingestLease, Source source) {
        this.ingestLease = ingestLease;
        this.source = source;
    }

    /**
     * Hands one instance to ingest. An instance that is not stored leaves a line in the log with its identifiers, the sender and
     * the reason.
     *
     * @throws DimseException with the status to answer
     */
    public Ingest.Outcome receive(Operation operation, InputStream dataSet) throws IOException {
        try {
            Ingest.Outcome outcome = store(operation, dataSet);
            if (outcome.status() != StoreStatus.SUCCESS && outcome.status() != StoreStatus.ALREADY_STORED) {
                refused(operation, status(outcome.status()), outcome.status().toString());
            }
            return outcome;
        } catch (DimseException e) {
            refused(operation, e.status(), e.getMessage());
            throw e;
        }
    }

    private void refused(Operation operation, int status, String reason) {
        LOG.warn(
                "Instance {} of SOP class {} from {} at {} is not stored (status {}): {}",
                printable(operation.sopInstance()),
                printable(operation.sopClass()),
                source.remoteAet(),
                source.caller().remoteIp(),
                String.format("%04X", status),
                reason);
    }

    /** Identifiers come from outside and may hold line ends. */
    private static String printable(String identifier) {
        return identifier.replaceAll("[^ -~]", "?");
    }

    private Ingest.Outcome store(Operation operation, InputStream dataSet) throws IOException {
        if (!IDENTIFIER.matcher(operation.sopInstance()).matches()
                || !IDENTIFIER.matcher(operation.sopClass()).matches()) {
            throw new DimseException(Status.INVALID_ARGUMENT_VALUE, "SOP class or instance is not an identifier");
        }
        IncomingDataSet incoming = IncomingDataSet.check(operation, dataSet);
        try {
            return ingestLease.use(ingest -> ingest.receive(incoming.file(), source));
        } catch (ServiceAbsentException e) {
            throw new DimseException(Status.OUT_OF_RESOURCES, e.getMessage(), e);
        } catch (InstanceRefused e) {
            throw new DimseException(e.dimseStatus(), e.getMessage(), e);
        } catch (IsengardException e) {
            throw new DimseException(status(e.error()), e.getMessage(), e);
        } catch (DicomException e) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, e.getMessage(), e);
        }
    }

    public static int status(StoreStatus status) {
        switch (status) {
            case STORAGE_FULL:
                return Status.OUT_OF_RESOURCES;
            case FAILURE:
                return Status.PROCESSING_FAILURE;
            default:
                // A filter has dropped the instance on purpose: the sender must not try again.
                return Status.SUCCESS;
        }
    }

    public static int status(ErrorCode error) {
        switch (error) {
            case FULL_STORAGE:
            case SERVICE_UNAVAILABLE:
                return Status.OUT_OF_RESOURCES;
            case BAD_FILE_FORMAT:
            case INEXISTENT_TAG:
                return Status.CANNOT_UNDERSTAND;
            default:
                return Status.PROCESSING_FAILURE;
        }
    }
}
