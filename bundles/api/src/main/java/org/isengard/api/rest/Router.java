package org.isengard.api.rest;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes routes: a template such as {@code /instances/{id}/tags}, where {@code {name}} stands for one segment and a last
 * {@code {name:*}} for any number of them. Literal segments beat variables. A handler may throw
 * {@link org.isengard.api.IsengardException} for an error in Orthanc's form. GET answers HEAD too.
 */
@ProviderType
public interface Router {
    Router get(String template, Handler handler);

    Router post(String template, Handler handler);

    Router put(String template, Handler handler);

    Router delete(String template, Handler handler);
}
