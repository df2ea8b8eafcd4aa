package org.isengard.rest.kit.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.isengard.api.security.Authenticator;
import org.isengard.api.security.Authorizer;
import org.isengard.runtime.Json;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The bundles whose {@link Authenticator} or {@link Authorizer} the server needs: those that the configuration names, those that
 * are installed with such a component, and those whose service was there since the server started. None of them is forgotten
 * before the process ends, so that a plugin that is away leaves no door open.
 *
 * <p>Threading: any thread calls any method.
 */
@Component(
        service = AccessPlugins.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AccessPlugins {
    @interface Config {
        String Authorization();
    }

    /** What a plugin decides. */
    public enum Kind {
        AUTHENTICATOR(Authenticator.class, "Authenticators"),
        AUTHORIZER(Authorizer.class, "Authorizers");

        private final Class<?> service;
        private final String option;

        Kind(Class<?> service, String option) {
            this.service = service;
            this.option = option;
        }

        Class<?> service() {
            return service;
        }

        /** {@return the option below {@code Authorization} that names bundles of this kind} */
        public String option() {
            return option;
        }

        /** The system property that keeps the names while this bundle itself is replaced. */
        private String memory() {
            return "isengard.access." + option;
        }
    }

    /**
     * A needed service that is away.
     *
     * @param bundle symbolic name
     * @param brief whether it left so lately that it may be an update
     */
    public record Absence(String bundle, boolean brief) {}

    private static final class Presence {
        private int services;
        private long since;
    }

    private static final String SEPARATOR = ",";

    private final Map<Kind, Map<String, Presence>> needed = new EnumMap<>(Kind.class);
    private final LongSupplier clock;
    private final long patience;
    private final Properties memory;
    /** Null in unit tests. */
    private final PluginWatch watch;

    private volatile boolean any;

    @Activate
    public AccessPlugins(Config config, BundleContext context) throws IOException {
        clock = System::nanoTime;
        patience = SwapTimeout.of(context).nanos();
        memory = System.getProperties();
        begin(config.Authorization());
        watch = PluginWatch.open(context, this);
    }

    /**
     * Begins now.
     *
     * @param authorization the section of the configuration
     * @param clock in nanoseconds
     * @param patience for how many nanoseconds an absence counts as an update
     * @param memory what an instance before this one knew
     */
    public AccessPlugins(String authorization, LongSupplier clock, long patience, Properties memory)
            throws IOException {
        this.clock = clock;
        this.patience = patience;
        this.memory = memory;
        watch = null;
        begin(authorization);
    }

    private void begin(String authorization) throws IOException {
        JsonNode section = Json.MAPPER.readTree(authorization);
        for (Kind kind : Kind.values()) {
            needed.put(kind, new TreeMap<>());
            for (String known : memory.getProperty(kind.memory(), "").split(SEPARATOR)) {
                if (!known.isEmpty()) {
                    need(kind, known);
                }
            }
            // The feature security refuses names that are no texts.
            for (JsonNode name : section.path(kind.option())) {
                need(kind, name.asText());
            }
        }
    }

    @Deactivate
    void close() {
        watch.close();
    }

    /** From now on the server needs a service of this kind of a bundle. */
    public void need(Kind kind, String bundle) {
        presence(kind, bundle);
    }

    /** A bundle registers a service of this kind. */
    public void came(Kind kind, String bundle) {
        synchronized (needed) {
            presence(kind, bundle).services++;
        }
    }

    /** A service of this kind leaves. */
    public void left(Kind kind, String bundle) {
        synchronized (needed) {
            Presence presence = presence(kind, bundle);
            presence.services--;
            presence.since = clock.getAsLong();
        }
    }

    private Presence presence(Kind kind, String bundle) {
        synchronized (needed) {
            Presence known = needed.get(kind).get(bundle);
            if (known != null) {
                return known;
            }
            Presence added = new Presence();
            added.since = clock.getAsLong();
            needed.get(kind).put(bundle, added);
            memory.setProperty(
                    kind.memory(), String.join(SEPARATOR, needed.get(kind).keySet()));
            any = true;
            return added;
        }
    }

    /** {@return whether a plugin takes part in any decision} */
    public boolean isAny() {
        return any;
    }

    /** {@return whether plugins of this kind take part in decisions} */
    public boolean isAny(Kind kind) {
        synchronized (needed) {
            return !needed.get(kind).isEmpty();
        }
    }

    /** {@return the time in nanoseconds, for {@link #isBrief}} */
    public long now() {
        return clock.getAsLong();
    }

    /** {@return whether what lasts since then may be an update} */
    public boolean isBrief(long since) {
        return now() - since < patience;
    }

    /**
     * {@return a needed service that a decision went without; one that just left before others}
     *
     * @param asked symbolic names of the bundles that were asked
     */
    public Optional<Absence> absent(Kind kind, Set<String> asked) {
        synchronized (needed) {
            Optional<Absence> found = Optional.empty();
            for (Map.Entry<String, Presence> entry : needed.get(kind).entrySet()) {
                if (asked.contains(entry.getKey())) {
                    continue;
                }
                Presence presence = entry.getValue();
                // A caller may know of a change a moment before or after this class.
                boolean brief = presence.services > 0 || isBrief(presence.since);
                if (found.isEmpty() || brief) {
                    found = Optional.of(new Absence(entry.getKey(), brief));
                }
            }
            return found;
        }
    }
}
