package org.isengard.samples.hello;

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

/** A plugin with routes of its own, which asks the index: {@code /hello} and {@code /hello/{name}}. */
@Plugin(id = "hello", description = "Greets, and says how many studies there are", explorer = "web/hello.js")
@Component
public final class HelloRoutes implements RestRoutes {
    private final Index index;

    @Activate
    public HelloRoutes(@Reference Index index) {
        this.index = index;
    }

    @Override
    public void declare(Router router) {
        router.get("/hello", (request, response) -> greet("world", response)).get("/hello/{name}", this::greetByName);
    }

    private void greetByName(Request request, Response response) throws IOException {
        greet(request.path("name"), response);
    }

    private void greet(String name, Response response) throws IOException {
        long studies = index.count(FindRequest.all(ResourceLevel.STUDY, Set.of()));
        response.json(json -> {
            json.writeStartObject();
            json.writeStringField("Hello", name);
            json.writeNumberField("Studies", studies);
            json.writeEndObject();
        });
    }
}
