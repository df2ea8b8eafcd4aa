package org.isengard.api.rest;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Routes that a plugin adds to the REST API, published as a service: that is all there is to do. While the service is
 * there, its routes answer, over HTTP and in process. When it leaves, calls in flight end first, and new ones wait a
 * bounded time for it to come back.
 *
 * <p>A service of higher ranking ({@code service.ranking}) goes before others: from 1 on it overrides built-in routes of
 * the same template. The service property {@code isengard.feature} names the routes for the operator; without it they
 * have the name of the bundle.
 */
@ConsumerType
public interface RestRoutes {
    /** Declares the routes; called once for each time the service comes. */
    void declare(Router router);
}
