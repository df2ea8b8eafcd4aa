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

/** Takes the instances of C-STORE, whoever opened the association: they stream to ingest as they arrive. */
public final class InstanceReceiver {
    /** Looser than the rules for UIDs, since modalities are that break them and their images are needed all the same. */
    private static final Pattern IDENTIFIER = Pattern.compile("[0-9A-Za-z._-]{1,64}");

    private final IngestLease ingestLease;
    private final Source source;

    public InstanceReceiver(IngestLease ingestLease, Source source) {
        this.ingestLease = ingestLease;
        this.source = source;
    }

    /** @throws DimseException with the status to answer */
    public Ingest.Outcome receive(Operation operation, InputStream dataSet) throws IOException {
        if (!IDENTIFIER.matcher(operation.sopInstance()).matches()
                || !IDENTIFIER.matcher(operation.sopClass()).matches()) {
            throw new DimseException(Status.INVALID_ARGUMENT_VALUE, "SOP class or instance is not an identifier");
        }
        InputStream file =
                MetaHeader.before(dataSet, operation.sopClass(), operation.sopInstance(), operation.transferSyntax());
        try {
            return ingestLease.use(ingest -> ingest.receive(file, source));
        } catch (IngestLease.IngestAbsentException e) {
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
                // What a filter drops is dealt with: the sender must not try again.
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
