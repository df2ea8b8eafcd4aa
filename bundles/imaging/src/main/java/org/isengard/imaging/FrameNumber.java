package org.isengard.imaging;

import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicom.image.ImageException;
import org.isengard.rest.kit.Routes;

/** Routes that exist for an instance, meaning its first frame, and for each of its frames. */
final class FrameNumber {
    /** Answers for one frame of an instance. */
    @FunctionalInterface
    interface FrameHandler {
        void handle(String instance, int frame, Request request, Response response) throws IOException;
    }

    private FrameNumber() {}

    static void add(Routes routes, String name, FrameHandler handler) {
        routes.get("/instances/{id}/" + name, (rq, rs) -> handler.handle(rq.path("id"), 0, rq, rs));
        addFrame(routes, name, handler);
    }

    static void addFrame(Routes routes, String name, FrameHandler handler) {
        routes.get("/instances/{id}/frames/{frame}/" + name, forFrame(handler));
    }

    private static Handler forFrame(FrameHandler handler) {
        return (request, response) -> {
            String text = request.path("frame");
            if (text.matches("-?\\d{1,9}")) {
                handler.handle(request.path("id"), Integer.parseInt(text), request, response);
            } else {
                // As for any path that does not exist, Orthanc says no more than this.
                response.status(404);
            }
        };
    }

    /** {@return the error by which Orthanc answers where no placeholder is asked for} */
    static IsengardException translate(ImageException e) {
        ErrorCode code = switch (e.kind()) {
            case NO_SUCH_FRAME -> ErrorCode.PARAMETER_OUT_OF_RANGE;
            case UNSUPPORTED -> ErrorCode.NOT_IMPLEMENTED;
            case TOO_LARGE -> ErrorCode.NOT_ENOUGH_MEMORY;
            default -> ErrorCode.BAD_FILE_FORMAT;
        };
        return new IsengardException(code, e.getMessage(), e);
    }
}
