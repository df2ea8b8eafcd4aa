package org.isengard.rest.kit;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.script.Scripts;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Whether the scripts that the configuration names are there to be asked. While they are loaded or swapped nobody knows
 * what they would refuse: who asks filters asks here for them.
 *
 * <p>Threading: who asks waits on his own thread; the scripts come and go on any.
 */
@Component(
        service = RequiredFilters.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RequiredFilters {
    @interface Config {
        String[] LuaScripts();
    }

    private static final long PAUSE_NANOS = 10_000_000;

    private final boolean wanted;
    private final long patience;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Scripts scripts;

    @Activate
    public RequiredFilters(Config config, BundleContext context) {
        this(config.LuaScripts().length > 0, SwapTimeout.of(context).nanos());
    }

    RequiredFilters(boolean wanted, long patienceNanos) {
        this.wanted = wanted;
        patience = patienceNanos;
    }

    void set(Scripts present) {
        scripts = present;
    }

    /**
     * Does something that takes the filters which are there, and asks them. It is done again when the scripts leave
     * meanwhile: then a filter may have been gone already, or may say that it cannot tell (SERVICE_UNAVAILABLE).
     *
     * @param limitNanos how long the caller may wait, if that is less than for any swap
     * @throws IsengardException SERVICE_UNAVAILABLE when the scripts do not come in time
     */
    public <T> T ask(long limitNanos, Supplier<T> question) {
        if (!wanted) {
            return question.get();
        }
        long end = System.nanoTime() + Math.min(limitNanos, patience);
        while (true) {
            Scripts before = await(end);
            IsengardException failure;
            try {
                T answer = question.get();
                // They leave before their filters do.
                if (scripts == before) {
                    return answer;
                }
                failure = null;
            } catch (IsengardException e) {
                if (e.error() != ErrorCode.SERVICE_UNAVAILABLE) {
                    throw e;
                }
                failure = e;
            }
            boolean waits =
                    System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted();
            if (failure != null && !waits) {
                throw failure;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private Scripts await(long end) {
        Scripts present = scripts;
        while (present == null) {
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The scripts of the server are not there");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            present = scripts;
        }
        return present;
    }
}
