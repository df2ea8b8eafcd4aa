package org.isengard.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isengard.runtime.upgrade.ComponentFaults;
import org.isengard.runtime.upgrade.Requirements;
import org.osgi.framework.Bundle;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Whether a bundle does its work.
 *
 * @param name {@code Active}, {@code Waiting} for services, {@code Failed}, {@code Starting}, {@code Stopping},
 *     {@code Stopped} or {@code Unresolved}
 * @param reasons why it is not active, one phrase each
 */
public record BundleState(String name, List<String> reasons) {
    public BundleState {
        reasons = List.copyOf(reasons);
    }

    /** {@return the state of a bundle at this moment} */
    public static BundleState of(Bundle bundle, ServiceComponentRuntime components, StartFailures failures) {
        List<String> reasons = new ArrayList<>();
        String name = name(bundle, components, failures, reasons);
        return new BundleState(name, reasons);
    }

    private static String name(
            Bundle bundle, ServiceComponentRuntime components, StartFailures failures, List<String> reasons) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> {
                reasons.addAll(ComponentFaults.of(components, bundle));
                boolean failed = reasons.stream().anyMatch(reason -> reason.contains(" failed: "));
                yield failed ? "Failed" : reasons.isEmpty() ? "Active" : "Waiting";
            }
            case Bundle.STARTING -> "Starting";
            case Bundle.STOPPING -> "Stopping";
            case Bundle.RESOLVED -> {
                boolean wanted = bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
                Optional<String> reason = failures.reason(bundle);
                reason.ifPresent(reasons::add);
                if (wanted && reason.isEmpty()) {
                    reasons.add("It was to start and did not; the server's log tells why");
                }
                yield wanted || reason.isPresent() ? "Failed" : "Stopped";
            }
            default -> {
                reasons.addAll(Requirements.missing(bundle));
                if (reasons.isEmpty()) {
                    reasons.add(failures.reason(bundle).orElse("What it needs does not resolve either"));
                }
                yield "Unresolved";
            }
        };
    }
}
