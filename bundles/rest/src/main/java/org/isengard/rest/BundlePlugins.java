package org.isengard.rest;

import java.net.URL;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.plugin.InstalledPlugin;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.plugin.Plugins;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Finds the bundles that carry the capability of {@link Plugin}, and what is wrong with those that do not work. */
@Component(service = {Plugins.class, BundlePlugins.class})
public final class BundlePlugins implements Plugins {
    private record Found(Bundle bundle, InstalledPlugin plugin) {
        boolean isBetterThan(Found other) {
            boolean active = plugin.state().equals("Active");
            boolean otherActive = other.plugin.state().equals("Active");
            return active != otherActive ? active : bundle.getVersion().compareTo(other.bundle.getVersion()) > 0;
        }
    }

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final StartFailures failures;

    @Activate
    public BundlePlugins(
            BundleContext context, @Reference ServiceComponentRuntime components, @Reference StartFailures failures) {
        this.context = context;
        this.components = components;
        this.failures = failures;
    }

    @Override
    public List<InstalledPlugin> all() {
        return find().values().stream().map(Found::plugin).toList();
    }

    /** {@return the script that a plugin adds to the explorer} */
    Optional<URL> explorerScript(InstalledPlugin plugin) {
        Found found = find().get(plugin.id());
        return found == null || plugin.explorer().isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(found.bundle.getEntry(plugin.explorer()));
    }

    private Map<String, Found> find() {
        Map<String, Found> plugins = new LinkedHashMap<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null) {
                for (BundleCapability capability : revision.getDeclaredCapabilities(Plugin.NAMESPACE)) {
                    Found found = new Found(bundle, describe(bundle, capability.getAttributes()));
                    plugins.merge(found.plugin.id(), found, (a, b) -> b.isBetterThan(a) ? b : a);
                }
            }
        }
        return plugins;
    }

    private InstalledPlugin describe(Bundle bundle, Map<String, Object> attributes) {
        BundleState state = BundleState.of(bundle, components, failures);
        return new InstalledPlugin(
                text(attributes, "id"),
                version(bundle, attributes),
                text(attributes, "description"),
                text(attributes, "rootUri"),
                text(attributes, "explorer"),
                bundle.getSymbolicName() + " " + bundle.getVersion(),
                state.name(),
                state.reasons());
    }

    private static String version(Bundle bundle, Map<String, Object> attributes) {
        String declared = text(attributes, "pluginVersion");
        String ofPom = bundle.getHeaders().get(Plugin.VERSION_HEADER);
        return !declared.isEmpty()
                ? declared
                : ofPom != null ? ofPom : bundle.getVersion().toString();
    }

    private static String text(Map<String, Object> attributes, String name) {
        return String.valueOf(attributes.getOrDefault(name, ""));
    }
}
