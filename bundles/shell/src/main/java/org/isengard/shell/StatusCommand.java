package org.isengard.shell;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Shows the bundles of the server and the features that answer at the moment. */
@Service
@Command(scope = "isengard", name = "status", description = "Shows the server's bundles and which of them answer")
public final class StatusCommand implements Action {
    @Reference
    private BundleContext context;

    @Reference
    private Session session;

    @Override
    public Object execute() {
        PrintStream out = session.getConsole();
        for (Bundle bundle : context.getBundles()) {
            String name = String.valueOf(bundle.getSymbolicName());
            if (name.startsWith("org.isengard.")) {
                out.printf("%-12s %-28s %-26s %s%n", state(bundle), name, bundle.getVersion(), routes(bundle));
            }
        }
        return null;
    }

    private static String routes(Bundle bundle) {
        if (bundle.getRegisteredServices() == null) {
            return "";
        }
        long filters = java.util.Arrays.stream(bundle.getRegisteredServices())
                .filter(service -> service.getProperty("isengard.feature") != null)
                .count();
        return filters == 0 ? "" : "answers";
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "Active";
            case Bundle.STARTING -> "Starting";
            case Bundle.STOPPING -> "Stopping";
            case Bundle.RESOLVED -> "Stopped";
            case Bundle.INSTALLED -> "Unresolved";
            default -> "Unknown";
        };
    }
}
