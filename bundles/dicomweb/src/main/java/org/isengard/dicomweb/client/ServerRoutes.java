package org.isengard.dicomweb.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.runtime.Json;

/** {@code /dicom-web/servers}: which servers there are. */
public final class ServerRoutes {
    private final WebServers servers;

    public ServerRoutes(WebServers servers) {
        this.servers = servers;
    }

    public void addTo(Router routes, String root) {
        String server = root + "servers/{name}";
        routes.get(root + "servers", this::list)
                .get(server, this::operations)
                .put(server, (request, response) -> {
                    servers.put(request.path("name"), request.json());
                    done(response);
                })
                .delete(server, (request, response) -> {
                    servers.remove(request.path("name"));
                    done(response);
                });
    }

    private static void done(Response response) throws IOException {
        response.json(Json.MAPPER.createObjectNode());
    }

    private void list(Request request, Response response) throws IOException {
        String expand = request.query("expand").orElse("false");
        if (expand.equals("false") || expand.equals("0")) {
            var names = Json.MAPPER.createArrayNode();
            servers.all().keySet().forEach(names::add);
            response.json(names);
        } else {
            var all = Json.MAPPER.createObjectNode();
            servers.all().forEach((name, server) -> all.set(name, server.toPublicJson()));
            response.json(all);
        }
    }

    private void operations(Request request, Response response) throws IOException {
        WebServer server = servers.named(request.path("name"));
        List<String> operations = new ArrayList<>(List.of("get", "retrieve", "stow", "wado", "qido"));
        if (server.hasDelete()) {
            operations.add("delete");
        }
        var list = Json.MAPPER.createArrayNode();
        operations.forEach(list::add);
        response.json(list);
    }
}
