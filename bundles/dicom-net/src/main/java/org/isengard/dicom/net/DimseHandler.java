package org.isengard.dicom.net;

import java.io.IOException;
import java.io.InputStream;
import org.isengard.dicom.Attributes;

/**
 * Performs the operations that a peer invokes. What is not overridden answers "unrecognized operation". A
 * {@link DimseException} is answered with its status, any other failure with "processing failure" (0x0110); the
 * association goes on either way.
 */
public interface DimseHandler {
    /** C-ECHO. @return the status */
    default int echo(Operation operation) throws IOException {
        return Status.SUCCESS;
    }

    /**
     * C-STORE.
     *
     * @param dataSet the data set in the context's transfer syntax, without preamble and meta header, as it arrives
     * @return the status
     */
    default int store(Operation operation, InputStream dataSet) throws IOException {
        throw unrecognized();
    }

    /** C-FIND. The final response follows by itself: success, or cancel if the peer cancelled. */
    default void find(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
        throw unrecognized();
    }

    /** C-MOVE. The final response is made from what {@code progress} has counted. */
    default void move(Operation operation, Attributes identifier, String destination, SubOperations progress)
            throws IOException {
        throw unrecognized();
    }

    /** C-GET. The final response is made from what {@code progress} has counted. */
    default void get(Operation operation, Attributes identifier, SubOperations progress) throws IOException {
        throw unrecognized();
    }

    /**
     * N-ACTION.
     *
     * @param information null if the request has none
     * @return the reply's data set, null for none
     */
    default Attributes action(Operation operation, int actionType, Attributes information) throws IOException {
        throw unrecognized();
    }

    /**
     * N-EVENT-REPORT.
     *
     * @param information null if the request has none
     * @return the reply's data set, null for none
     */
    default Attributes eventReport(Operation operation, int eventType, Attributes information) throws IOException {
        throw unrecognized();
    }

    /** The association is over, in good order or not: for clean-up, and for what follows an operation later. */
    default void closed(Association association) {}

    private static DimseException unrecognized() {
        return new DimseException(Status.UNRECOGNIZED_OPERATION, "Operation not supported");
    }
}
