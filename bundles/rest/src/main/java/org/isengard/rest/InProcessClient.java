package org.isengard.rest;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.RestClient;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.rest.kit.Features;
import org.isengard.rest.kit.Query;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Runs the same routes without a socket. */
@Component(service = RestClient.class)
public final class InProcessClient implements RestClient {
    private final Features features;
    private final BundleContext context;

    @Activate
    public InProcessClient(@Reference Features features, BundleContext context) {
        this.features = features;
        this.context = context;
    }

    @Override
    public Answer call(
            String method, String uri, Map<String, String> headers, byte[] body, Caller caller, boolean builtinOnly)
            throws IOException {
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        Map<String, List<String>> query = Query.parse(question < 0 ? null : uri.substring(question + 1));
        String accept = accept(headers);
        try {
            Function<Map<String, String>, Request> request =
                    variables -> new InProcessRequest(method, path, variables, query, headers, body, caller);
            for (Features.Present feature : features.present()) {
                boolean isAsked = !builtinOnly || feature.builtin();
                InProcessResponse response = new InProcessResponse(accept);
                if (isAsked && feature.filter().answer(method, path, request, response)) {
                    return response.answer();
                }
            }
            // One that is being swapped comes back.
            Optional<RoutingFilter> back = features.awaitReturn(method, path, null, context);
            while (back.isPresent() && isAsked(back.get(), builtinOnly)) {
                InProcessResponse response = new InProcessResponse(accept);
                if (back.get().answer(method, path, request, response)) {
                    return response.answer();
                }
                back = features.awaitReturn(method, path, back.get(), context);
            }
            if (!builtinOnly && features.knows(method, path)) {
                throw new IsengardException(
                        ErrorCode.SERVICE_UNAVAILABLE,
                        "The feature that answers " + path + " is being updated, try again");
            }
            Set<String> allowed = allowed(path);
            if (!allowed.isEmpty()) {
                String methods = String.join(",", allowed);
                byte[] error = ErrorAnswer.body(ErrorAnswer.wrongMethod(methods), method, uri);
                return new Answer(405, Map.of("allow", methods, "content-type", "text/plain"), error);
            }
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops", e);
        } catch (IsengardException | IOException e) {
            IsengardException error = ErrorAnswer.translate(e);
            return new Answer(
                    error.httpStatus(), Map.of("content-type", "text/plain"), ErrorAnswer.body(error, method, uri));
        }
    }

    private static String accept(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Accept"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private boolean isAsked(RoutingFilter filter, boolean builtinOnly) {
        return !builtinOnly
                || features.present().stream().anyMatch(feature -> feature.builtin() && feature.filter() == filter);
    }

    private Set<String> allowed(String path) {
        Set<String> allowed = new TreeSet<>();
        for (String method : List.of("DELETE", "GET", "POST", "PUT")) {
            if (features.present().stream().anyMatch(f -> f.filter().routes().has(method, path))) {
                allowed.add(method);
            }
        }
        return allowed;
    }
}
