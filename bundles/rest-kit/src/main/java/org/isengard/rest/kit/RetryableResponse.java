package org.isengard.rest.kit;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/**
 * The answer as one walk down the chain sees it. Felix HTTP catches what the chain throws, notes it as an attribute of
 * the request and sends a page of its own unless the answer is under way; here it finds it under way, so that whoever
 * made the attempt learns of the failure and decides.
 */
final class RetryableResponse extends HttpServletResponseWrapper {
    private final ServletRequest request;

    RetryableResponse(ServletRequest request, HttpServletResponse response) {
        super(response);
        this.request = request;
    }

    @Override
    public boolean isCommitted() {
        return super.isCommitted() || failure() != null;
    }

    /** {@return what the whiteboard caught; null when the attempt went well} */
    Throwable failure() {
        return (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    }

    /** Makes the request as it was before the attempt. */
    void forget() {
        request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION);
        request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION_TYPE);
    }
}
