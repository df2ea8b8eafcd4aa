package org.isengard.rest.kit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Router;

/**
 * The routes of one feature: templates such as {@code /instances/{id}/tags}, where {@code {name}} stands for one
 * segment and a last {@code {name:*}} for any number of them. Literal segments beat variables. Filled once, then only
 * read.
 */
public final class Routes implements Router {
    /**
     * A route that was found.
     *
     * @param handler null when the path is known but not the method
     * @param template of the method, null with the handler
     * @param reads whether the handler changes nothing, so that a call may be answered again
     */
    record Found(Handler handler, String template, boolean reads, Set<String> methods, Map<String, String> variables) {}

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private Node variable;
        private String tail;
        private final Map<String, Handler> handlers = new TreeMap<>();
        private final Map<String, List<String>> names = new HashMap<>();
        private final Map<String, String> templates = new HashMap<>();
        private final Map<String, Handler> tailHandlers = new TreeMap<>();
    }

    private static final String OPTIONS = "OPTIONS";
    private static final Set<String> ONLY_OPTIONS = Set.of(OPTIONS);

    /** Methods that change nothing (RFC 9110 section 9.2.1, RFC 4918 section 9.1). */
    private static final Set<String> READING = Set.of("GET", "OPTIONS", "PROPFIND");

    private final Node root = new Node();
    private final Set<String> templates = new TreeSet<>();
    private final Set<String> searches = new HashSet<>();

    @Override
    public Routes get(String template, Handler handler) {
        return add("GET", template, handler);
    }

    @Override
    public Routes post(String template, Handler handler) {
        return add("POST", template, handler);
    }

    /** Answers POST on a path where it changes nothing: the body says what is asked for. */
    public Routes search(String template, Handler handler) {
        add("POST", template, handler);
        searches.add(template);
        return this;
    }

    @Override
    public Routes put(String template, Handler handler) {
        return add("PUT", template, handler);
    }

    @Override
    public Routes delete(String template, Handler handler) {
        return add("DELETE", template, handler);
    }

    /**
     * Answers OPTIONS of a path. Refusals of other methods do not name it, as in Orthanc, and a path with nothing else is
     * unknown to them.
     */
    public Routes options(String template, Handler handler) {
        return add(OPTIONS, template, handler);
    }

    /**
     * Answers a method beyond those of the REST API, such as PROPFIND of WebDAV (RFC 4918 section 9).
     *
     * @param method in upper case
     */
    public Routes method(String method, String template, Handler handler) {
        return add(method, template, handler);
    }

    /** {@return {@code METHOD template} of each route, sorted} */
    public Set<String> templates() {
        return Set.copyOf(templates);
    }

    private Routes add(String method, String template, Handler handler) {
        Node node = root;
        List<String> variables = new ArrayList<>();
        for (String segment : segments(template)) {
            if (segment.startsWith("{") && segment.endsWith(":*}")) {
                node.tail = segment.substring(1, segment.length() - 3);
                put(node.tailHandlers, method, template, handler);
                node.names.put("*" + method, List.copyOf(variables));
                node.templates.put("*" + method, template);
                templates.add(method + " " + template);
                return this;
            }
            if (segment.startsWith("{")) {
                variables.add(segment.substring(1, segment.length() - 1));
                if (node.variable == null) {
                    node.variable = new Node();
                }
                node = node.variable;
            } else {
                node = node.literals.computeIfAbsent(segment, s -> new Node());
            }
        }
        put(node.handlers, method, template, handler);
        node.names.put(method, List.copyOf(variables));
        node.templates.put(method, template);
        templates.add(method + " " + template);
        return this;
    }

    private static void put(Map<String, Handler> handlers, String method, String template, Handler handler) {
        if (handlers.putIfAbsent(method, handler) != null) {
            throw new IllegalArgumentException("Two routes for " + method + " " + template);
        }
    }

    /** {@return whether a path has a route, whatever the method} */
    public boolean matches(String path) {
        return find("", path).isPresent();
    }

    /** {@return whether there is a route for this method and path} */
    public boolean has(String method, String path) {
        return find(method, path).filter(found -> found.handler != null).isPresent();
    }

    /** {@return the same routes without what answers them, to be remembered when the feature has left} */
    public Routes withoutHandlers() {
        Routes copy = new Routes();
        for (String template : templates) {
            int space = template.indexOf(' ');
            copy.add(template.substring(0, space), template.substring(space + 1), (request, response) -> {
                throw new IllegalStateException("The feature has left");
            });
        }
        return copy;
    }

    Optional<Found> find(String method, String path) {
        return find(method, segments(path));
    }

    Optional<Found> find(String method, List<String> segments) {
        return find(root, segments, 0, new ArrayList<>(4), method);
    }

    private Optional<Found> find(Node node, List<String> path, int at, List<String> values, String method) {
        if (at == path.size()) {
            if (!node.handlers.isEmpty()
                    && (OPTIONS.equals(method) || !node.handlers.keySet().equals(ONLY_OPTIONS))) {
                return Optional.of(found(node, node.handlers, method, method, values, null));
            }
        } else {
            String segment = path.get(at);
            Node literal = node.literals.get(segment);
            if (literal != null) {
                Optional<Found> found = find(literal, path, at + 1, values, method);
                if (found.isPresent()) {
                    return found;
                }
            }
            if (node.variable != null) {
                values.add(segment);
                Optional<Found> found = find(node.variable, path, at + 1, values, method);
                if (found.isPresent()) {
                    return found;
                }
                values.remove(values.size() - 1);
            }
        }
        if (node.tail != null) {
            return Optional.of(found(
                    node,
                    node.tailHandlers,
                    method,
                    "*" + method,
                    values,
                    String.join("/", path.subList(at, path.size()))));
        }
        return Optional.empty();
    }

    private Found found(
            Node node, Map<String, Handler> handlers, String method, String key, List<String> values, String tail) {
        Map<String, String> variables = new HashMap<>();
        List<String> names = node.names.getOrDefault(key, List.of());
        for (int i = 0; i < names.size(); i++) {
            variables.put(names.get(i), values.get(i));
        }
        if (tail != null) {
            variables.put(node.tail, tail);
        }
        String template = node.templates.get(key);
        boolean reads =
                READING.contains(method) || template != null && "POST".equals(method) && searches.contains(template);
        return new Found(handlers.get(method), template, reads, methods(handlers), variables);
    }

    private static Set<String> methods(Map<String, Handler> handlers) {
        if (!handlers.containsKey(OPTIONS)) {
            return handlers.keySet();
        }
        Set<String> methods = new TreeSet<>(handlers.keySet());
        methods.remove(OPTIONS);
        return methods;
    }

    /** Cuts a path into its segments; empty ones do not count, as in Orthanc ({@code //instances/} is {@code /instances}). */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(6);
        int start = 0;
        while (start < path.length()) {
            int end = path.indexOf('/', start);
            if (end < 0) {
                end = path.length();
            }
            if (end > start) {
                segments.add(path.substring(start, end));
            }
            start = end + 1;
        }
        return segments;
    }
}
