package org.isengard.api.rest;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** Answers the calls of one route. */
@ConsumerType
@FunctionalInterface
public interface Handler {
    /** @throws org.isengard.api.IsengardException to answer an error in Orthanc's JSON form */
    void handle(Request request, Response response) throws IOException;
}
