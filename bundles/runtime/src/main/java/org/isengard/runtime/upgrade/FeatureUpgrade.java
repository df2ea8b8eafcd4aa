package org.isengard.runtime.upgrade;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the bundle of a feature by another version while the server works, and takes the old one back when the new
 * one does not do its work. Requests for the feature wait meanwhile, those in flight end first. It stands in the kit,
 * which stays while any feature is replaced.
 *
 * <p>Threading: one upgrade at a time, on the caller's thread.
 */
@Component(service = FeatureUpgrade.class)
public final class FeatureUpgrade {
    /**
     * The outcome of an upgrade.
     *
     * @param upgraded false when the old version is at work again, or still
     * @param reasons why, one phrase each; empty after an upgrade
     */
    public record Outcome(boolean upgraded, String from, String to, List<String> reasons) {
        public Outcome {
            reasons = List.copyOf(reasons);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(FeatureUpgrade.class);
    private static final String OWN = "org.isengard.";
    private static final long REFRESH_SECONDS = 60;

    private final BundleContext context;
    private final FeatureHealth health;
    /** The bundle that knows the routes: without it nobody tells whether the features answer again. */
    private final Bundle kit;

    private final ReentrantLock one = new ReentrantLock();

    @Activate
    public FeatureUpgrade(
            BundleContext context, @Reference PublishedRoutes routes, @Reference ServiceComponentRuntime components) {
        this.context = context;
        kit = FrameworkUtil.getBundle(routes.getClass());
        health = new FeatureHealth(context, routes, components);
    }

    /** {@return the bundle of a feature ({@code index}) or plugin, by its short or whole symbolic name; null if none} */
    public Bundle bundle(String feature) {
        for (Bundle bundle : context.getBundles()) {
            String name = String.valueOf(bundle.getSymbolicName());
            if (name.equals(feature) || name.equals(OWN + feature)) {
                return bundle;
            }
        }
        return null;
    }

    /**
     * Replaces a bundle.
     *
     * @param jar the new version, which must have the bundle's symbolic name
     * @param progress hears what is done, a line each
     * @throws IOException when the jar cannot be used; nothing was changed then
     */
    public Outcome upgrade(Bundle bundle, InputStream jar, Consumer<String> progress) throws IOException {
        one.lock();
        try {
            BundleContent fresh = BundleContent.read(jar);
            if (!fresh.symbolicName().equals(bundle.getSymbolicName())) {
                throw new IOException(
                        "The jar is " + fresh.symbolicName() + ", not a version of " + bundle.getSymbolicName());
            }
            String from = bundle.getVersion().toString();
            Collection<Bundle> wired = wired(bundle);
            if (wired.contains(context.getBundle()) || wired.contains(kit)) {
                return new Outcome(false, from, fresh.version(), List.of(withoutUs(bundle, wired)));
            }
            List<String> missing = unresolved(fresh);
            if (!missing.isEmpty()) {
                return new Outcome(false, from, fresh.version(), missing);
            }
            BundleContent old = BundleContent.of(bundle);
            Map<Bundle, FeatureHealth.Before> before = new LinkedHashMap<>();
            wired.forEach(each -> before.put(each, health.look(each)));
            int routes = before.values().stream()
                    .mapToInt(each -> each.routes().size())
                    .sum();
            progress.accept("Replacing " + from + " by " + fresh.version() + "; " + routes + " routes wait");
            List<String> faults = replace(bundle, fresh, before);
            if (faults.isEmpty()) {
                LOG.info("{} was upgraded from {} to {}", bundle.getSymbolicName(), from, fresh.version());
                return new Outcome(true, from, fresh.version(), List.of());
            }
            LOG.warn("{} {} is taken back: {}", bundle.getSymbolicName(), fresh.version(), faults);
            progress.accept("Taking " + fresh.version() + " back");
            List<String> again = replace(bundle, old, before);
            again.forEach(fault -> progress.accept("After taking it back: " + fault));
            return new Outcome(false, from, fresh.version(), faults);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        } finally {
            one.unlock();
        }
    }

    /** Tries, before anything is stopped, whether the new version finds what it needs. */
    private List<String> unresolved(BundleContent fresh) throws IOException {
        Bundle probe;
        try {
            probe = context.installBundle(
                    "isengard-probe:" + fresh.symbolicName(), fresh.probe().open());
        } catch (BundleException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        try {
            FrameworkWiring wiring =
                    context.getBundle(Constants.SYSTEM_BUNDLE_ID).adapt(FrameworkWiring.class);
            if (wiring.resolveBundles(List.of(probe))) {
                return List.of();
            }
            List<String> missing = Requirements.missing(probe);
            return missing.isEmpty() ? List.of("it does not resolve") : missing;
        } finally {
            try {
                probe.uninstall();
            } catch (BundleException e) {
                LOG.warn("The probe of {} stays", fresh.symbolicName(), e);
            }
        }
    }

    /** {@return a bundle and those that are wired to it, which start anew when it is replaced} */
    private Collection<Bundle> wired(Bundle bundle) {
        return exports(bundle)
                ? context.getBundle(Constants.SYSTEM_BUNDLE_ID)
                        .adapt(FrameworkWiring.class)
                        .getDependencyClosure(List.of(bundle))
                : List.of(bundle);
    }

    /** Nobody would be there to wait, to look after it and to take it back. */
    private static String withoutUs(Bundle bundle, Collection<Bundle> wired) {
        String name = bundle.getSymbolicName();
        return "all of the server stands on it and would start anew, " + wired.size()
                + " bundles: \"bundle:update " + name + " URL\" and \"bundle:refresh " + name
                + "\" do that, with a pause of some seconds";
    }

    private List<String> replace(Bundle bundle, BundleContent content, Map<Bundle, FeatureHealth.Before> before)
            throws InterruptedException {
        boolean library = exports(bundle);
        try {
            bundle.update(content.open());
            if (library) {
                refresh(bundle);
            }
            if (bundle.getState() != Bundle.ACTIVE) {
                bundle.start();
            }
        } catch (BundleException | RuntimeException | LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return List.of("it does not start: " + cause);
        }
        List<String> faults = new ArrayList<>();
        for (Map.Entry<Bundle, FeatureHealth.Before> each : before.entrySet()) {
            for (String fault : health.await(each.getKey(), each.getValue())) {
                faults.add(each.getKey().equals(bundle) ? fault : each.getKey().getSymbolicName() + ": " + fault);
            }
        }
        return faults;
    }

    /** Others are wired to a bundle that exports: they take the new version only when they are refreshed. */
    private static boolean exports(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && !revision.getDeclaredCapabilities("osgi.wiring.package").isEmpty();
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_ID)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> refreshed.countDown());
        if (!refreshed.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("Refreshing what uses {} takes long", bundle.getSymbolicName());
        }
    }
}
