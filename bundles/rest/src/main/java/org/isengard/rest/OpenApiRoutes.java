package org.isengard.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.isengard.runtime.upgrade.PublishedRoutes;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Describes the routes that are there right now, those of plugins too, in OpenAPI 3.1: {@code GET /openapi.json}. The features
 * tell paths and methods; the file {@code routes.tsv} has a line about each route of the server.
 */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class OpenApiRoutes extends RoutingFilter {
    private static final String SUMMARIES = "routes.tsv";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
    private static final List<String> LEVELS = List.of("patients", "studies", "series", "instances");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}:]+)(:\\*)?}");
    private static final String JSON = "application/json";

    /** {@code METHOD template} -> what it does. */
    private final Map<String, String> summaries;

    private final BundleContext context;
    private final PublishedRoutes published;

    @Activate
    public OpenApiRoutes(BundleContext context, @Reference PublishedRoutes published) {
        super(new Routes());
        this.context = context;
        this.published = published;
        summaries = summaries();
        routes().get("/openapi.json", this::describe);
    }

    private void describe(Request request, Response response) throws IOException {
        response.json(document(routesByBundle()));
    }

    /** {@return {@code METHOD template} -> names of the bundles that answer} */
    private Map<String, TreeSet<String>> routesByBundle() {
        Map<String, TreeSet<String>> routes = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            for (String route : published.of(bundle)) {
                if (!METHODS.contains(route.substring(0, route.indexOf(' ')))) {
                    // OpenAPI 3.1 knows no methods of WebDAV.
                    continue;
                }
                routes.computeIfAbsent(route, added -> new TreeSet<>())
                        .add(String.valueOf(bundle.getSymbolicName()).replaceFirst("^isengard-", ""));
            }
        }
        return routes;
    }

    private ObjectNode document(Map<String, TreeSet<String>> routes) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Isengard")
                .put(
                        "description",
                        "The REST API of Orthanc " + SystemRoutes.ORTHANC_VERSION
                                + " and the routes of the plugins that are there.")
                .put("version", SystemRoutes.ORTHANC_VERSION);
        // Relative to this document, so that it holds behind a reverse proxy with a prefix.
        document.putArray("servers").addObject().put("url", "./");
        ObjectNode paths = document.putObject("paths");
        routes.forEach((route, bundles) -> {
            int space = route.indexOf(' ');
            String template = route.substring(space + 1);
            String path = VARIABLE.matcher(template).replaceAll("{$1}");
            ObjectNode item = paths.has(path) ? (ObjectNode) paths.get(path) : paths.putObject(path);
            describe(item, route.substring(0, space), template, bundles);
        });
        components(document.putObject("components"));
        return document;
    }

    private void describe(ObjectNode item, String method, String template, TreeSet<String> bundles) {
        ObjectNode operation = item.putObject(method.toLowerCase(Locale.ROOT));
        ArrayNode tags = operation.putArray("tags");
        bundles.forEach(tags::add);
        String summary = "OPTIONS".equals(method)
                ? "The methods of the path"
                : summaries.get(method + " " + template.replace(":*}", "}"));
        if (summary != null) {
            operation.put("summary", summary);
        }
        operation.put("operationId", method.toLowerCase(Locale.ROOT) + template.replaceAll("[^A-Za-z0-9]+", "_"));
        ArrayNode parameters = operation.putArray("parameters");
        Matcher variables = VARIABLE.matcher(template);
        while (variables.find()) {
            ObjectNode parameter = parameters
                    .addObject()
                    .put("name", variables.group(1))
                    .put("in", "path")
                    .put("required", true);
            if (variables.group(2) != null) {
                parameter.put("description", "The rest of the path, which may have several segments");
            }
            parameter.putObject("schema").put("type", "string");
        }
        if (parameters.isEmpty()) {
            operation.remove("parameters");
        }
        ObjectNode responses = operation.putObject("responses");
        responses.putObject("200").put("description", "The answer");
        responses.putObject("default").put("$ref", "#/components/responses/Error");
    }

    private static void components(ObjectNode components) {
        ObjectNode error =
                components.putObject("responses").putObject("Error").put("description", "The request failed");
        error.putObject("content").putObject(JSON).putObject("schema").put("$ref", "#/components/schemas/Error");
        ObjectNode schema = components.putObject("schemas").putObject("Error").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (String text : List.of("HttpError", "Message", "Method", "OrthancError", "Uri", "Details")) {
            properties.putObject(text).put("type", "string");
        }
        for (String number : List.of("HttpStatus", "OrthancStatus")) {
            properties.putObject(number).put("type", "integer");
        }
        schema.putArray("required").add("HttpStatus").add("OrthancStatus").add("Message");
        components
                .putObject("securitySchemes")
                .putObject("basic")
                .put("type", "http")
                .put("scheme", "basic");
    }

    /** Lines of method, template and text, separated by tabs; {@code LEVEL} stands for each of the four levels. */
    private static Map<String, String> summaries() {
        Map<String, String> summaries = new HashMap<>();
        try (InputStream in = OpenApiRoutes.class.getResourceAsStream(SUMMARIES);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> {
                        String[] row = line.split("\t", 3);
                        for (String level : row[1].contains("LEVEL") ? LEVELS : List.of("")) {
                            summaries.put(row[0] + " " + row[1].replace("LEVEL", level), row[2]);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return summaries;
    }
}
