package org.isengard.security.role;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rule of each route: the first one that covers its method and path. A route that no rule covers, such as one of a
 * plugin, needs the permission {@code all}.
 *
 * <p>Threading: any thread.
 */
public final class RouteRules {
    private static final String TABLE = "routes.tsv";
    private static final Pattern TAB = Pattern.compile("\t");
    private static final int MOST_REMEMBERED = 4_096;
    private static final RouteRule REST = new RouteRule(Set.of(), Pattern.compile(".*"), Set.of("all"), false);

    private final List<RouteRule> rules;

    /** Method and path -> rule: a viewer asks for the same paths again and again. */
    private final Map<String, RouteRule> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RouteRule> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param first rules that come before those of the server */
    public RouteRules(List<RouteRule> first) {
        rules = new ArrayList<>(first);
        rules.addAll(own());
    }

    /** {@return the rule of a request} */
    public RouteRule of(String method, String path) {
        String asked = "HEAD".equals(method) ? "GET" : method;
        String key = asked + " " + path;
        synchronized (remembered) {
            RouteRule known = remembered.get(key);
            if (known != null) {
                return known;
            }
        }
        Optional<RouteRule> found =
                rules.stream().filter(rule -> rule.covers(asked, path)).findFirst();
        RouteRule rule = found.orElse(REST);
        synchronized (remembered) {
            remembered.put(key, rule);
        }
        return rule;
    }

    /** The table of the server: methods, path, permissions. */
    private static List<RouteRule> own() {
        try (InputStream in = RouteRules.class.getResourceAsStream(TABLE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(TAB::split)
                    .map(row -> new RouteRule(
                            row[0].equals("*") ? Set.of() : Set.of(row[0].split(",")),
                            Pattern.compile(row[1]),
                            row[2].startsWith("<") ? Set.of() : Set.of(row[2].split("\\|")),
                            row[2].equals("<everybody>")))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the permissions of a text such as {@code all|view}} */
    static Set<String> permissions(String text) {
        return Arrays.stream(text.split("\\|"))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }
}
