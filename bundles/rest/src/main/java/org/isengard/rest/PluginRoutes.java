package org.isengard.rest;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.plugin.InstalledPlugin;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /plugins}: the fields of Orthanc, and beside them State and Reasons. */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class PluginRoutes extends RoutingFilter {
    private final BundlePlugins plugins;

    @Activate
    public PluginRoutes(@Reference BundlePlugins plugins) {
        super(new Routes());
        this.plugins = plugins;
        routes().get("/plugins", this::list)
                .get("/plugins/explorer.js", this::explorer)
                .get("/plugins/{id}", this::describe);
    }

    private void list(Request request, Response response) throws IOException {
        response.json(json -> {
            json.writeStartArray();
            json.writeString("explorer.js");
            for (InstalledPlugin plugin : plugins.all()) {
                json.writeString(plugin.id());
            }
            json.writeEndArray();
        });
    }

    private void describe(Request request, Response response) throws IOException {
        InstalledPlugin plugin = plugins.all().stream()
                .filter(p -> p.id().equals(request.path("id")))
                .findFirst()
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        response.json(json -> {
            json.writeStartObject();
            json.writeStringField("Description", plugin.description());
            json.writeBooleanField("ExtendsOrthancExplorer", !plugin.explorer().isEmpty());
            json.writeStringField("ID", plugin.id());
            if (!plugin.rootUri().isEmpty()) {
                json.writeStringField("RootUri", plugin.rootUri());
            }
            json.writeArrayFieldStart("Reasons");
            for (String reason : plugin.reasons()) {
                json.writeString(reason);
            }
            json.writeEndArray();
            json.writeStringField("State", plugin.state());
            json.writeStringField("Version", plugin.version());
            json.writeEndObject();
        });
    }

    /** All scripts that extend the explorer, one after the other; a plugin that is not at work adds nothing. */
    private void explorer(Request request, Response response) throws IOException {
        OutputStream out = response.stream("application/javascript", -1);
        // The explorer evaluates the answer: it must be a script also where no plugin adds one.
        out.write("// Extensions of the explorer by plugins\n".getBytes(StandardCharsets.UTF_8));
        for (InstalledPlugin plugin : plugins.all()) {
            Optional<URL> script = plugin.state().equals("Active") ? plugins.explorerScript(plugin) : Optional.empty();
            if (script.isPresent()) {
                out.write(("// " + plugin.id() + "\n").getBytes(StandardCharsets.UTF_8));
                try (InputStream in = script.get().openStream()) {
                    in.transferTo(out);
                }
                // A script that ends without a semicolon must not call what the next one begins with.
                out.write("\n;\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
