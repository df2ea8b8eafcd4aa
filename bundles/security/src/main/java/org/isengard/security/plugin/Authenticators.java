package org.isengard.security.plugin;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.isengard.api.IsengardException;
import org.isengard.api.security.AccessControl.Attempt;
import org.isengard.api.security.Authenticator;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.isengard.runtime.swap.LazyServices.Registered;

/**
 * Asks the authenticators of plugins who a caller is.
 *
 * <p>Threading: any thread.
 */
public final class Authenticators {
    /**
     * What the plugins say. All is empty where the request is not theirs.
     *
     * @param identity the caller
     * @param refusal the reason for the caller
     * @param absence a plugin that might know the caller and is away
     */
    public record Outcome(Optional<Identity> identity, Optional<String> refusal, Optional<Absence> absence) {
        static Outcome of(Authenticator.Answer answer) {
            return new Outcome(answer.identity(), answer.refusal(), Optional.empty());
        }

        static Outcome without(Optional<Absence> absence) {
            return new Outcome(Optional.empty(), Optional.empty(), absence);
        }
    }

    private final Roster<Authenticator> roster;
    private final BoundedCalls calls;

    /** @param services those that are there, the lowest ranking first */
    public Authenticators(
            AccessPlugins plugins, BoundedCalls calls, Supplier<List<Registered<Authenticator>>> services) {
        roster = new Roster<>(plugins, Kind.AUTHENTICATOR, services);
        this.calls = calls;
    }

    /** {@return whether a request needs a caller since plugins can say who calls} */
    public boolean areNeeded() {
        return roster.isNeeded();
    }

    /**
     * Asks each plugin until one knows the caller or refuses the request.
     *
     * @throws IsengardException as {@link BoundedCalls#ask}
     */
    public Outcome ask(Attempt attempt) {
        if (!areNeeded()) {
            return Outcome.without(Optional.empty());
        }
        List<Registered<Authenticator>> there;
        try {
            there = roster.there();
        } catch (IsengardException e) {
            return Outcome.without(Optional.of(roster.broken(e)));
        }
        Set<String> asked = new HashSet<>();
        for (int i = there.size() - 1; i >= 0; i--) {
            Registered<Authenticator> one = there.get(i);
            Authenticator.Answer answer;
            try {
                answer = calls.ask(one.bundle(), () -> one.service().authenticate(attempt));
            } catch (IsengardException e) {
                Optional<Absence> left = roster.hasLeft(one);
                if (left.isPresent()) {
                    return Outcome.without(left);
                }
                throw e;
            }
            if (answer.identity().isPresent() || answer.refusal().isPresent()) {
                return Outcome.of(answer);
            }
            asked.add(one.bundle());
        }
        return Outcome.without(roster.absent(asked));
    }
}
