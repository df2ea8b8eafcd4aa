package org.isengard.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps pages of other sites from using a browser of this machine or of a user: requests that change something have to come
 * from a page of this server or from no page, and where nobody is asked for a password the server is called by a name that
 * an attacker cannot point here (DNS rebinding).
 */
final class BrowserOrigin {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> origins;
    private final Set<String> names = new HashSet<>();
    private final boolean checkNames;

    /**
     * Makes the check.
     *
     * @param origins of pages that may change something, such as {@code https://viewer.example.org}
     * @param hostNames further names of this server
     * @param checkNames whether the name is checked: an attacker's page has no password to send
     */
    BrowserOrigin(List<String> origins, List<String> hostNames, boolean checkNames) {
        this.origins = new HashSet<>(origins);
        this.checkNames = checkNames;
        hostNames.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        if (checkNames) {
            try {
                InetAddress own = InetAddress.getLocalHost();
                names.add(own.getHostName().toLowerCase(Locale.ROOT));
            } catch (UnknownHostException e) {
                // The machine has no name, so nobody calls it by one.
            }
        }
    }

    /** {@return why the request is refused, empty when it is not} */
    Optional<String> refusal(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (checkNames && host != null && !isOwn(name(host))) {
            return Optional.of("The server does not know itself as " + name(host) + ", see the option HttpHostNames");
        }
        if (READING.contains(request.getMethod())) {
            return Optional.empty();
        }
        String origin = request.getHeader("Origin");
        boolean allowed = origin != null && (origins.contains(origin) || origins.contains("*"));
        if (allowed) {
            return Optional.empty();
        }
        if ("cross-site".equals(request.getHeader("Sec-Fetch-Site")) || origin != null && !isSame(origin, request)) {
            return Optional.of("A page of another site may not change anything, see the option HttpAllowedOrigins");
        }
        return Optional.empty();
    }

    /** A proxy may call the server by another name than the browser does; no page can make a browser send that header. */
    private static boolean isSame(String origin, HttpServletRequest request) {
        String authority;
        try {
            authority = URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException e) {
            return false;
        }
        return authority != null
                && (authority.equalsIgnoreCase(request.getHeader("Host"))
                        || authority.equalsIgnoreCase(request.getHeader("X-Forwarded-Host")));
    }

    private boolean isOwn(String name) {
        return name.isEmpty()
                || name.startsWith("[")
                || IPV4.matcher(name).matches()
                // A name without a dot is none that can be registered.
                || name.indexOf('.') < 0
                || name.endsWith(".localhost")
                || names.contains(name)
                || names.contains("*");
    }

    private static String name(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT);
        int colon = name.lastIndexOf(':');
        return name.startsWith("[") || colon < 0 ? name : name.substring(0, colon);
    }
}
