package org.isengard.explorer;

import jakarta.servlet.Filter;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.page.PageAnswer;
import org.isengard.rest.kit.page.PageFiles;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Serves the explorer below {@code /app}. The page {@code app/explorer.html} is one HTML file whose addresses are relative, so
 * that it works behind a reverse proxy with a prefix; what it shows comes from the REST API alone.
 */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "explorer")
public final class ExplorerRoutes extends RoutingFilter {
    @interface Config {
        boolean OrthancExplorerEnabled();

        String OrthancExplorerUrl();
    }

    private static final String PAGE = "explorer.html";

    /** Scripts come from this server alone. WebAssembly and workers are for the codecs of images, blob: for their results. */
    static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self' blob:",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "connect-src 'self' blob:",
            "frame-src 'self' blob:",
            "frame-ancestors 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'");

    @Activate
    public ExplorerRoutes(Config config) {
        super(new Routes());
        PageFiles files = PageFiles.of(ExplorerRoutes.class);
        PageAnswer answer = new PageAnswer(files, CONTENT_SECURITY_POLICY);
        String root = config.OrthancExplorerUrl();
        boolean enabled = config.OrthancExplorerEnabled();
        if (enabled) {
            routes().get("/app", (request, response) -> response.redirect("../app/" + PAGE))
                    .get(
                            "/app/{file:*}",
                            (request, response) -> answer.send(
                                    files.find(request.path("file"))
                                            .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE)),
                                    request,
                                    response));
        }
        routes().get("/", (request, response) -> {
            if (!root.isEmpty()) {
                response.redirect(root);
            } else if (enabled) {
                response.redirect("app/" + PAGE);
            } else {
                throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The explorer is switched off");
            }
        });
    }
}
