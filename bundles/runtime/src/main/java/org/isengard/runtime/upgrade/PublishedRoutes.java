package org.isengard.runtime.upgrade;

import java.util.Set;
import org.osgi.framework.Bundle;

/** The REST routes that are published at the moment; a service of the routing kit. */
public interface PublishedRoutes {
    /** {@return the routes of a bundle as {@code METHOD template}} */
    Set<String> of(Bundle bundle);
}
