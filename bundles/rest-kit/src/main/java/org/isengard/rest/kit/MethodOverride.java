package org.isengard.rest.kit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.List;
import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * A request whose client can send nothing but GET and POST and names the method that it means, as Orthanc takes it: in the
 * header {@code X-HTTP-Method-Override} of any request (Google), or in the argument {@code _method} of a GET (Ruby). The
 * header counts where both are there; the only methods to be named so are PUT and DELETE.
 */
final class MethodOverride extends HttpServletRequestWrapper {
    static final String HEADER = "X-HTTP-Method-Override";
    static final String ARGUMENT = "_method";

    private final String method;

    private MethodOverride(HttpServletRequest request, String method) {
        super(request);
        this.method = method;
    }

    /**
     * {@return the request with the method that its client means}
     *
     * @throws IsengardException BAD_REQUEST when that is neither PUT nor DELETE
     */
    static HttpServletRequest of(HttpServletRequest request) {
        String named = request.getHeader(HEADER);
        if ((named == null || named.isEmpty()) && "GET".equals(request.getMethod())) {
            named = argument(request.getQueryString());
        }
        if (named == null || named.isEmpty()) {
            return request;
        }
        String method = named.toUpperCase(Locale.ROOT);
        if (!method.equals("PUT") && !method.equals("DELETE")) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST, "The method can be overridden by PUT and DELETE only, not by " + named);
        }
        return new MethodOverride(request, method);
    }

    private static String argument(String query) {
        if (query == null || !query.contains(ARGUMENT)) {
            return null;
        }
        List<String> values = Query.parse(query).get(ARGUMENT);
        return values == null ? null : values.get(0);
    }

    @Override
    public String getMethod() {
        return method;
    }
}
