package org.isengard.networking;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Source;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomException;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;
import org.isengard.dicom.net.SubOperations;
import org.isengard.networking.Modality.Permission;

/** The services of one association: instances stream to ingest as they arrive, queries go to the index. */
final class ScpHandler implements DimseHandler {
    /** Looser than the rules for UIDs, since modalities are that break them and their images are needed all the same. */
    private static final Pattern IDENTIFIER = Pattern.compile("[0-9A-Za-z._-]{1,64}");

    private final IngestDoor door;
    private final Supplier<QueryRetrieve> queries;
    private final AccessRules access;
    private final Source source;
    private final Supplier<NetworkFilters> filters;

    /** @param queries gives null while there is no index */
    ScpHandler(
            IngestDoor door,
            Supplier<QueryRetrieve> queries,
            AccessRules access,
            Supplier<NetworkFilters> filters,
            Association association) {
        this.filters = filters;
        this.door = door;
        this.queries = queries;
        this.access = access;
        source = Source.dicom(
                association.remote().getAddress().getHostAddress(), association.callingAet(), association.calledAet());
    }

    @Override
    public int store(Operation operation, InputStream dataSet) throws IOException {
        if (!IDENTIFIER.matcher(operation.sopInstance()).matches()
                || !IDENTIFIER.matcher(operation.sopClass()).matches()) {
            throw new DimseException(Status.INVALID_ARGUMENT_VALUE, "SOP class or instance is not an identifier");
        }
        InputStream file =
                MetaHeader.before(dataSet, operation.sopClass(), operation.sopInstance(), operation.transferSyntax());
        try {
            Ingest.Outcome outcome = door.use(ingest -> ingest.receive(file, source));
            return status(outcome.status());
        } catch (IngestDoor.IngestAbsentException e) {
            throw new DimseException(Status.OUT_OF_RESOURCES, e.getMessage(), e);
        } catch (InstanceRefused e) {
            return e.dimseStatus();
        } catch (IsengardException e) {
            throw new DimseException(status(e.error()), e.getMessage(), e);
        } catch (DicomException e) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, e.getMessage(), e);
        }
    }

    @Override
    public void find(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
        Association association = operation.association();
        if (!access.allows(
                Permission.FIND, association.callingAet(), association.remote().getAddress())) {
            throw new DimseException(Status.NOT_AUTHORIZED, "This AE title may not query");
        }
        queries().find(filters.get().incomingFind(identifier, association), responses);
    }

    @Override
    public void move(Operation operation, Attributes identifier, String destination, SubOperations progress)
            throws IOException {
        queries().move(operation, identifier, destination, progress);
    }

    @Override
    public void get(Operation operation, Attributes identifier, SubOperations progress) throws IOException {
        queries().get(operation, identifier, progress);
    }

    private QueryRetrieve queries() throws DimseException {
        QueryRetrieve present = queries.get();
        if (present == null) {
            throw new DimseException(Status.OUT_OF_RESOURCES, "The index is not there");
        }
        return present;
    }

    private static int status(StoreStatus status) {
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

    private static int status(ErrorCode error) {
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
