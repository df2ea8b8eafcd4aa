package org.isengard.rest.kit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/**
 * The path of a request and its segments. A request passes many filters on the same thread: it is cut once.
 *
 * <p>Threading: the last request's path is kept for each thread, as plain JDK objects, so that no class of a bundle that
 * was swapped stays behind.
 */
record RequestPath(String text, List<String> segments) {
    private static final ThreadLocal<Object[]> LAST = ThreadLocal.withInitial(() -> new Object[3]);

    @SuppressWarnings("unchecked")
    static RequestPath of(HttpServletRequest request) {
        String uri = request.getRequestURI();
        Object[] last = LAST.get();
        // The very same object: comparing texts would cost what is to be saved.
        if (last[0] != uri) {
            String text = HttpRequest.path(request);
            last[1] = text;
            last[2] = List.copyOf(Routes.segments(text));
            last[0] = uri;
        }
        return new RequestPath((String) last[1], (List<String>) last[2]);
    }
}
