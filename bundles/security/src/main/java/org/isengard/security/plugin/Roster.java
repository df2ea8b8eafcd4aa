package org.isengard.security.plugin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.isengard.runtime.swap.LazyServices.Registered;

/**
 * The services of one kind that are there, and those that should be.
 *
 * <p>Threading: any thread.
 *
 * @param <T> the service
 */
final class Roster<T> {
    private final AccessPlugins plugins;
    private final Kind kind;
    private final Supplier<List<Registered<T>>> services;

    /** Since when a service does not activate, empty while all do. */
    private volatile Optional<Long> failingSince = Optional.empty();

    /** @param services those that are there, the lowest ranking first */
    Roster(AccessPlugins plugins, Kind kind, Supplier<List<Registered<T>>> services) {
        this.plugins = plugins;
        this.kind = kind;
        this.services = services;
    }

    boolean isNeeded() {
        return plugins.isAny(kind);
    }

    /**
     * {@return those that are there, the lowest ranking first}
     *
     * @throws IsengardException SERVICE_UNAVAILABLE when one does not activate
     */
    List<Registered<T>> there() {
        List<Registered<T>> there = services.get();
        failingSince = Optional.empty();
        return there;
    }

    /** {@return the absence of a service that does not activate: it may just come or leave, or is broken for long} */
    Absence broken(IsengardException e) {
        if (e.error() != ErrorCode.SERVICE_UNAVAILABLE) {
            throw e;
        }
        long since = failingSince.orElse(plugins.now());
        failingSince = Optional.of(since);
        return new Absence("with a service that does not start", plugins.isBrief(since));
    }

    /** {@return a needed service that was not asked} */
    Optional<Absence> absent(Set<String> asked) {
        return plugins.absent(kind, asked);
    }

    /** {@return the absence of a plugin whose call failed since it left meanwhile; empty where it is still there} */
    Optional<Absence> hasLeft(Registered<T> one) {
        boolean isThere;
        try {
            isThere = services.get().stream().anyMatch(other -> other.service() == one.service());
        } catch (IsengardException e) {
            return Optional.of(broken(e));
        }
        return isThere ? Optional.empty() : Optional.of(new Absence(one.bundle(), true));
    }
}
