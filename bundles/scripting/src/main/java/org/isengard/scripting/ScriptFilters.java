package org.isengard.scripting;

import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ingest.IncomingFilter;
import org.isengard.api.net.AssociationFilter;
import org.isengard.api.net.FindFilter;
import org.isengard.api.rest.RequestFilter;
import org.isengard.api.script.Scripts;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Publishes the filters as services while scripts define them: what no script wants to filter costs nothing.
 *
 * <p>Threading: one change at a time.
 */
final class ScriptFilters {
    private static final Map<Class<?>, List<String>> WANTED = Map.of(
            IncomingFilter.class, Callbacks.INSTANCE_FILTERS,
            RequestFilter.class, List.of(Callbacks.INCOMING_HTTP),
            FindFilter.class, List.of(Callbacks.INCOMING_FIND, Callbacks.INCOMING_WORKLIST, Callbacks.OUTGOING_FIND),
            AssociationFilter.class,
                    Callbacks.REQUEST_FILTERS.stream()
                            .filter(name -> name.startsWith("Is"))
                            .toList());

    private final BundleContext context;
    private final FilterCallbacks filters;
    private final Map<Class<?>, ServiceRegistration<?>> published = new LinkedHashMap<>();

    private ServiceRegistration<Scripts> loaded;

    ScriptFilters(BundleContext context, FilterCallbacks filters) {
        this.context = context;
        this.filters = filters;
    }

    /** The scripts are loaded: requests that waited for them may come in. */
    synchronized void open(Scripts scripts) {
        loaded = context.registerService(Scripts.class, scripts, new Hashtable<>());
    }

    /** The scripts leave: who wants to come in waits from now on for those that come. */
    synchronized void leave() {
        loaded.unregister();
    }

    /** After {@link #leave}: nobody may come in past the filters. */
    void close() {
        publish(Set.of());
    }

    /** @param defined the callbacks that are in force */
    synchronized void publish(Set<String> defined) {
        WANTED.forEach((service, names) -> {
            boolean wanted = names.stream().anyMatch(defined::contains);
            if (wanted && !published.containsKey(service)) {
                published.put(service, context.registerService(service.getName(), filters, new Hashtable<>()));
            } else if (!wanted && published.containsKey(service)) {
                published.remove(service).unregister();
            }
        });
    }
}
