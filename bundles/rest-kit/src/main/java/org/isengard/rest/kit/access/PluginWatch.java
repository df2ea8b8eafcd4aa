package org.isengard.rest.kit.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link AccessPlugins} of services as they come and go, and of bundles that have such a component and are installed, started
 * or not: when the server starts, requests come in before the plugins do. It activates no service.
 */
final class PluginWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PluginWatch.class);
    private static final String API = "org.isengard.api.security";
    private static final int LONGEST_DESCRIPTION = 1 << 20;
    private static final int INSTALLED =
            Bundle.INSTALLED | Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

    private final List<ServiceTracker<?, ?>> services = new ArrayList<>();
    private final BundleTracker<Bundle> bundles;

    private PluginWatch(BundleContext context, AccessPlugins plugins) {
        for (Kind kind : Kind.values()) {
            services.add(follow(context, kind, kind.service(), plugins));
        }
        bundles = new BundleTracker<>(context, INSTALLED, null) {
            /** The answer null lets the tracker ask again at the next event, such as an update. */
            @Override
            public Bundle addingBundle(Bundle bundle, BundleEvent event) {
                for (Kind kind : Kind.values()) {
                    if (declares(bundle, kind.service().getName())) {
                        plugins.need(kind, bundle.getSymbolicName());
                    }
                }
                return null;
            }
        };
    }

    static PluginWatch open(BundleContext context, AccessPlugins plugins) {
        PluginWatch watch = new PluginWatch(context, plugins);
        watch.services.forEach(ServiceTracker::open);
        watch.bundles.open();
        return watch;
    }

    void close() {
        bundles.close();
        services.forEach(ServiceTracker::close);
    }

    private static <T> ServiceTracker<T, String> follow(
            BundleContext context, Kind kind, Class<T> type, AccessPlugins plugins) {
        return new ServiceTracker<>(context, type.getName(), null) {
            @Override
            public String addingService(ServiceReference<T> reference) {
                Bundle bundle = reference.getBundle();
                if (bundle == null) {
                    return null;
                }
                plugins.came(kind, bundle.getSymbolicName());
                return bundle.getSymbolicName();
            }

            @Override
            public void removedService(ServiceReference<T> reference, String bundle) {
                plugins.left(kind, bundle);
            }
        };
    }

    /** {@return whether a bundle has a component that provides a service; this resolves no bundle} */
    private static boolean declares(Bundle bundle, String service) {
        String imports = bundle.getHeaders("").get("Import-Package");
        String components = bundle.getHeaders("").get("Service-Component");
        if (bundle.getSymbolicName() == null || imports == null || components == null || !imports.contains(API)) {
            return false;
        }
        for (String component : components.split(",")) {
            URL description = bundle.getEntry(component.strip());
            if (description == null) {
                continue;
            }
            try (InputStream in = description.openStream()) {
                String text = new String(in.readNBytes(LONGEST_DESCRIPTION), UTF_8);
                if (text.contains("provide interface=\"" + service + "\"")) {
                    return true;
                }
            } catch (IOException e) {
                LOG.warn("The component {} of {} cannot be read", component, bundle.getSymbolicName(), e);
            }
        }
        return false;
    }
}
