package org.isengard.rest.kit;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Whether both ends of the filter chain stand in the HTTP Whiteboard: {@link RequestGateway} in front, {@link LastServlet}
 * at the end. The HTTP port opens before they do; a service with the property {@code isengard.http.chain} tells the bundle
 * {@code http} when to let requests in.
 *
 * <p>Threading: the Whiteboard opens and closes the ends on its own threads.
 */
@Component(service = ChainReadiness.class)
public final class ChainReadiness {
    /** The ends of the chain. */
    enum End {
        GATEWAY,
        LAST_SERVLET
    }

    private final Set<End> open = EnumSet.noneOf(End.class);
    private final Runnable whenFirstReady;
    private final Supplier<Runnable> announcement;
    private Runnable withdraw;
    private boolean told;
    private boolean leaving;

    /** Not ready until the Whiteboard has opened both ends. */
    @Activate
    public ChainReadiness(BundleContext context) {
        this(
                // The launcher waits for this service, and then starts the shell and the features service.
                () -> register(context, "isengard.open", true),
                () -> register(context, "isengard.http.chain", "ready")::unregister);
    }

    /** @param announcement announces that the chain is ready, and gives the action that withdraws the announcement */
    ChainReadiness(Runnable whenFirstReady, Supplier<Runnable> announcement) {
        this.whenFirstReady = whenFirstReady;
        this.announcement = announcement;
    }

    private static ServiceRegistration<?> register(BundleContext context, String property, Object value) {
        return context.registerService(Object.class, new Object(), FrameworkUtil.asDictionary(Map.of(property, value)));
    }

    void open(End end) {
        set(end, true);
    }

    void close(End end) {
        set(end, false);
    }

    /** The kit is being replaced: this chain does not become ready again. */
    synchronized void leave() {
        leaving = true;
        announce();
    }

    private void set(End end, boolean isOpen) {
        synchronized (this) {
            if (isOpen) {
                open.add(end);
            } else {
                open.remove(end);
            }
            announce();
            if (withdraw == null || told) {
                return;
            }
            told = true;
        }
        whenFirstReady.run();
    }

    private void announce() {
        boolean ready = !leaving && open.size() == End.values().length;
        if (ready && withdraw == null) {
            withdraw = announcement.get();
        } else if (!ready && withdraw != null) {
            withdraw.run();
            withdraw = null;
        }
    }
}
