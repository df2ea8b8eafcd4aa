package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.runtime.Json;

/** Routes that call a DICOMweb server and wait for its answer: {@code get}, {@code qido} and {@code delete}. */
public final class ServerCallRoutes {
    private static final int LONGEST_ANSWER = 64 << 20;

    /** So many calls at most wait for other servers, lest a server that is stuck takes all threads. */
    private static final int MOST_WAITING = 16;

    private final WebServers servers;
    private final WebClient client;
    private final Dictionary dictionary;
    private final Semaphore free = new Semaphore(MOST_WAITING);

    public ServerCallRoutes(WebServers servers, WebClient client, Dictionary dictionary) {
        this.servers = servers;
        this.client = client;
        this.dictionary = dictionary;
    }

    public void addTo(Router routes, String root) {
        String server = root + "servers/{name}";
        routes.post(server + "/get", bounded(this::get))
                .post(server + "/qido", bounded(this::qido))
                .post(server + "/delete", bounded(this::delete));
    }

    private Handler bounded(Handler handler) {
        return (request, response) -> {
            if (!free.tryAcquire()) {
                throw new IsengardException(
                        ErrorCode.SERVICE_UNAVAILABLE, "Too many requests are waiting for DICOMweb servers");
            }
            try {
                handler.handle(request, response);
            } finally {
                free.release();
            }
        };
    }

    private WebClient.Answer ask(Request request, Map<String, String> headers) throws IOException {
        WebServer server = servers.named(request.path("name"));
        JsonNode body = ClientRequest.body(request);
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(ClientRequest.texts(body, "HttpHeaders"));
        return client.send(
                server, WebClient.Call.get(ClientRequest.uri(body), ClientRequest.texts(body, "Arguments"), all));
    }

    private void get(Request request, Response response) throws IOException {
        try (WebClient.Answer answer = ask(request, Map.of("Accept", "*/*"))) {
            answer.body().transferTo(response.stream(answer.contentType(), -1));
        }
    }

    private void qido(Request request, Response response) throws IOException {
        WebServer server = servers.named(request.path("name"));
        JsonNode found;
        try (WebClient.Answer answer = ask(request, Map.of("Accept", "application/dicom+json"))) {
            byte[] text = answer.body().readNBytes(LONGEST_ANSWER + 1);
            if (text.length > LONGEST_ANSWER) {
                throw WebClient.failure(server, "answers more than " + LONGEST_ANSWER + " bytes", null);
            }
            found = text.length == 0 ? Json.MAPPER.createArrayNode() : Json.MAPPER.readTree(text);
        }
        ArrayNode formatted = Json.MAPPER.createArrayNode();
        found.forEach(resource -> formatted.add(format(resource)));
        response.json(formatted);
    }

    /** The first value of each attribute, with its name: easy to show. */
    private ObjectNode format(JsonNode resource) {
        ObjectNode formatted = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> field : resource.properties()) {
            if (!field.getKey().matches("[0-9A-Fa-f]{8}")) {
                continue;
            }
            int tag = Integer.parseUnsignedInt(field.getKey(), 16);
            String name = dictionary.nameOf(tag, null);
            ObjectNode attribute = formatted
                    .putObject(field.getKey())
                    .put("Group", Tags.group(tag))
                    .put("Element", Tags.element(tag))
                    .put("Name", name == null ? "" : name)
                    .put("vr", field.getValue().path("vr").asText());
            JsonNode value = field.getValue().path("Value").path(0);
            if (value.isObject()) {
                attribute.put("Value", value.path("Alphabetic").asText());
            } else if (value.isMissingNode() || value.isNull()) {
                attribute.put("Value", "");
            } else {
                attribute.set("Value", value);
            }
        }
        return formatted;
    }

    private void delete(Request request, Response response) throws IOException {
        WebServer server = servers.named(request.path("name"));
        JsonNode body = ClientRequest.body(request);
        if (!server.hasDelete()) {
            throw ClientRequest.bad("The server \"" + server.name() + "\" is not declared with HasDelete");
        }
        String level = ClientRequest.text(body, "Level");
        boolean series = level.equals("Series") || level.equals("Instance");
        boolean instance = level.equals("Instance");
        if (!series && !level.equals("Study")) {
            throw ClientRequest.bad("The field \"Level\" must be Study, Series or Instance");
        }
        WebResource resource = WebResource.of(
                ClientRequest.text(body, "StudyInstanceUID"),
                series ? ClientRequest.text(body, "SeriesInstanceUID") : "",
                instance ? ClientRequest.text(body, "SOPInstanceUID") : "");
        if (series && resource.series().isEmpty()
                || instance && resource.instance().isEmpty()) {
            throw ClientRequest.bad("A UID of the level " + level + " is missing");
        }
        try (WebClient.Answer answer = client.send(
                server,
                new WebClient.Call(
                        "DELETE", resource.path(), Map.of(), ClientRequest.texts(body, "HttpHeaders"), null, 0))) {
            answer.body().readNBytes(LONGEST_ANSWER);
        }
        response.json(Json.MAPPER.createObjectNode());
    }
}
