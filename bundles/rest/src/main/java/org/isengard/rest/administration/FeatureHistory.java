package org.isengard.rest.administration;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.isengard.api.plugin.Plugin;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The last {@value #MOST} starts, stops and updates of features and plugins since this feature started.
 *
 * <p>Threading: the framework calls it on any thread.
 */
@Component(service = FeatureHistory.class)
public final class FeatureHistory implements SynchronousBundleListener {
    /**
     * An event.
     *
     * @param name of the feature ({@code index}), or symbolic name of a plugin's bundle
     * @param what {@code Installed}, {@code Started}, {@code Stopped}, {@code Updated} or {@code Uninstalled}
     */
    record Happened(Instant time, String name, String version, String what) {}

    static final String OWN = "org.isengard.";
    /** An upgrade tries the new version under such a location before it replaces the old one. */
    private static final String PROBE = "isengard-probe:";

    private static final int MOST = 200;
    private static final Map<Integer, String> WORDS = Map.of(
            BundleEvent.INSTALLED, "Installed",
            BundleEvent.STARTED, "Started",
            BundleEvent.STOPPED, "Stopped",
            BundleEvent.UPDATED, "Updated",
            BundleEvent.UNINSTALLED, "Uninstalled");

    private final BundleContext context;
    private final Deque<Happened> events = new ArrayDeque<>();

    @Activate
    public FeatureHistory(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(this);
    }

    /** {@return whether a bundle is a feature of the server} */
    static boolean isFeature(Bundle bundle) {
        return String.valueOf(bundle.getSymbolicName()).startsWith(OWN)
                && !bundle.getLocation().startsWith(PROBE);
    }

    private static boolean isPlugin(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && !revision.getDeclaredCapabilities(Plugin.NAMESPACE).isEmpty();
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        String what = WORDS.get(event.getType());
        Bundle bundle = event.getBundle();
        if (what == null || bundle.getLocation().startsWith(PROBE) || !(isFeature(bundle) || isPlugin(bundle))) {
            return;
        }
        String symbolic = bundle.getSymbolicName();
        String name = symbolic.startsWith(OWN) ? symbolic.substring(OWN.length()) : symbolic;
        synchronized (events) {
            events.addLast(new Happened(Instant.now(), name, bundle.getVersion().toString(), what));
            if (events.size() > MOST) {
                events.removeFirst();
            }
        }
    }

    /** {@return the events, the latest first} */
    List<Happened> latest() {
        synchronized (events) {
            Deque<Happened> reversed = new ArrayDeque<>();
            events.forEach(reversed::addFirst);
            return List.copyOf(reversed);
        }
    }
}
