package org.isengard.rest;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Lists the bundles that say they are plugins, with their state. */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class PluginRoutes extends RoutingFilter {
    private record Listed(Bundle bundle, Map<String, Object> attributes) {
        String text(String name) {
            return String.valueOf(attributes.getOrDefault(name, ""));
        }
    }

    private final BundleContext context;

    @Activate
    public PluginRoutes(BundleContext context) {
        super(new Routes());
        this.context = context;
        routes().get("/plugins", this::list)
                .get("/plugins/explorer.js", this::explorer)
                .get("/plugins/{id}", this::describe);
    }

    @Deactivate
    void stop() {
        drain();
    }

    private List<Listed> plugins() {
        List<Listed> plugins = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null) {
                for (BundleCapability capability : revision.getDeclaredCapabilities(Plugin.NAMESPACE)) {
                    plugins.add(new Listed(bundle, capability.getAttributes()));
                }
            }
        }
        return plugins;
    }

    private void list(Request request, Response response) throws IOException {
        response.json(json -> {
            json.writeStartArray();
            json.writeString("explorer.js");
            for (Listed plugin : plugins()) {
                json.writeString(plugin.text("id"));
            }
            json.writeEndArray();
        });
    }

    private void describe(Request request, Response response) throws IOException {
        Listed plugin = plugins().stream()
                .filter(p -> p.text("id").equals(request.path("id")))
                .findFirst()
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        response.json(json -> {
            json.writeStartObject();
            json.writeStringField("Description", plugin.text("description"));
            json.writeBooleanField(
                    "ExtendsOrthancExplorer", !plugin.text("explorer").isEmpty());
            json.writeStringField("ID", plugin.text("id"));
            if (!plugin.text("rootUri").isEmpty()) {
                json.writeStringField("RootUri", plugin.text("rootUri"));
            }
            json.writeStringField("State", state(plugin.bundle));
            json.writeStringField("Version", plugin.text("pluginVersion"));
            json.writeEndObject();
        });
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

    /** All scripts that extend the explorer, one after the other. */
    private void explorer(Request request, Response response) throws IOException {
        OutputStream out = response.stream("application/javascript", -1);
        for (Listed plugin : plugins()) {
            URL script = plugin.text("explorer").isEmpty() ? null : plugin.bundle.getEntry(plugin.text("explorer"));
            if (script != null) {
                out.write(("// " + plugin.text("id") + "\n").getBytes(StandardCharsets.UTF_8));
                try (InputStream in = script.openStream()) {
                    in.transferTo(out);
                }
                out.write('\n');
            }
        }
    }
}
