package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.isengard.api.IsengardException;

/** The error of a job in its content, in the fields that Orthanc has for jobs of its plugin. */
final class FunctionError {
    private FunctionError() {}

    /** @param error null for none */
    static void describe(IsengardException error, ObjectNode content) {
        if (error != null) {
            content.put("FunctionErrorCode", error.error().code())
                    .put("FunctionErrorDescription", error.error().text())
                    .put("FunctionErrorDetails", error.details());
        }
    }
}
