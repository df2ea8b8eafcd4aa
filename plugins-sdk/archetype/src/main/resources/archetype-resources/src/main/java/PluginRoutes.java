package ${package};

import java.io.IOException;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.RestRoutes;
import org.isengard.api.rest.Router;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The routes of this plugin. */
@Plugin(
        id = "${artifactId}",
        description = "Counts the studies",
        explorer = "web/explorer.js")
@Component(configurationPid = "isengard.plugin.${artifactId}")
public final class PluginRoutes implements RestRoutes {
    /** Options: the section "${artifactId}" of the server's configuration. */
    @interface Config {
        String Greeting() default "Hello";
    }

    private final String greeting;
    private final Index index;

    @Activate
    public PluginRoutes(Config config, @Reference Index index) {
        this(config.Greeting(), index);
    }

    PluginRoutes(String greeting, Index index) {
        this.greeting = greeting;
        this.index = index;
    }

    @Override
    public void declare(Router router) {
        router.get("/${artifactId}", this::count);
    }

    private void count(Request request, Response response) throws IOException {
        long studies = index.count(FindRequest.all(ResourceLevel.STUDY, Set.of()));
        response.json(json -> {
            json.writeStartObject();
            json.writeStringField("Greeting", greeting);
            json.writeNumberField("Studies", studies);
            json.writeEndObject();
        });
    }
}
