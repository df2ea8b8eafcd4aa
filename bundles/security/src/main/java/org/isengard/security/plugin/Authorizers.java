package org.isengard.security.plugin;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.isengard.api.IsengardException;
import org.isengard.api.security.AccessControl.Attempt;
import org.isengard.api.security.Authorizer;
import org.isengard.api.security.Authorizer.Action;
import org.isengard.api.security.Authorizer.Opinion;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.isengard.runtime.swap.LazyServices.Registered;

/**
 * Asks the authorizers of plugins whether a caller may make a request.
 *
 * <p>Threading: any thread.
 */
public final class Authorizers {
    /**
     * What the plugins say.
     *
     * @param opinion NO where one says NO; YES where one says YES to all that the request is about
     * @param bundle the plugin that says so, "" for none
     * @param absence a plugin that is needed and away; the opinion does not count then
     */
    public record Ruling(Opinion opinion, String bundle, Optional<Absence> absence) {
        static final Ruling NONE = new Ruling(Opinion.NONE, "", Optional.empty());

        static Ruling without(Absence absence) {
            return new Ruling(Opinion.NONE, "", Optional.of(absence));
        }
    }

    /** Finds the resources that a request is about. */
    @FunctionalInterface
    public interface Actions {
        /**
         * {@return one action for each resource that a path names, or one without a resource}
         *
         * @throws IOException when the index does not come in time
         */
        List<Action> of(String method, String path) throws IOException;
    }

    private final Roster<Authorizer> roster;
    private final BoundedCalls calls;
    private final Actions actions;

    public Authorizers(
            AccessPlugins plugins,
            BoundedCalls calls,
            Supplier<List<Registered<Authorizer>>> services,
            Actions actions) {
        roster = new Roster<>(plugins, Kind.AUTHORIZER, services);
        this.calls = calls;
        this.actions = actions;
    }

    /**
     * Asks all plugins.
     *
     * @throws IOException when the index does not come in time
     * @throws IsengardException as {@link BoundedCalls#ask}
     */
    public Ruling ask(Identity caller, Attempt attempt) throws IOException {
        if (!roster.isNeeded()) {
            return Ruling.NONE;
        }
        List<Registered<Authorizer>> there;
        try {
            there = roster.there();
        } catch (IsengardException e) {
            return Ruling.without(roster.broken(e));
        }
        Set<String> asked = new HashSet<>();
        there.forEach(one -> asked.add(one.bundle()));
        Optional<Absence> absence = roster.absent(asked);
        if (absence.isPresent()) {
            return Ruling.without(absence.get());
        }
        String method = attempt.method().equals("HEAD") ? "GET" : attempt.method();
        List<Action> wanted = actions.of(method, attempt.path());
        Ruling ruling = Ruling.NONE;
        for (Registered<Authorizer> one : there) {
            Opinion opinion;
            try {
                opinion = opinion(one, caller, wanted);
            } catch (IsengardException e) {
                Optional<Absence> left = roster.hasLeft(one);
                if (left.isPresent()) {
                    return Ruling.without(left.get());
                }
                throw e;
            }
            if (opinion == Opinion.NO) {
                return new Ruling(opinion, one.bundle(), Optional.empty());
            }
            if (opinion == Opinion.YES) {
                ruling = new Ruling(opinion, one.bundle(), Optional.empty());
            }
        }
        return ruling;
    }

    /** {@return NO to one action is NO, YES to all is YES} */
    private Opinion opinion(Registered<Authorizer> one, Identity caller, List<Action> wanted) {
        boolean all = true;
        for (Action action : wanted) {
            Opinion opinion = calls.ask(one.bundle(), () -> one.service().authorize(caller, action));
            if (opinion == Opinion.NO) {
                return opinion;
            }
            all &= opinion == Opinion.YES;
        }
        return all ? Opinion.YES : Opinion.NONE;
    }
}
