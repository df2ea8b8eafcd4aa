package org.isengard.explorer;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.explorer.PageFiles.Encoding;
import org.isengard.explorer.PageFiles.PageFile;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
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

    private final PageFiles files;

    @Activate
    public ExplorerRoutes(Config config) {
        super(new Routes());
        files = PageFiles.ofBundle();
        String root = config.OrthancExplorerUrl();
        boolean enabled = config.OrthancExplorerEnabled();
        if (enabled) {
            routes().get("/app", (request, response) -> response.redirect("../app/" + PAGE))
                    .get("/app/{file:*}", this::file);
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

    private void file(Request request, Response response) throws IOException {
        PageFile file =
                files.find(request.path("file")).orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        Encoding encoding = file.compressed()
                ? AcceptedEncoding.of(request.header("Accept-Encoding").orElse(""))
                : Encoding.IDENTITY;
        // One tag for each encoding: a cache must not mix them (RFC 9110 section 8.8.3).
        String tag = '"' + file.tag() + '-' + encoding.name().charAt(0) + '"';
        response.header("ETag", tag)
                .header("Cache-Control", file.immutable() ? "public, max-age=31536000, immutable" : "no-cache")
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        if (file.compressed()) {
            response.header("Vary", "Accept-Encoding");
        }
        if (names(request.header("If-None-Match"), tag)) {
            response.status(304);
            return;
        }
        if (encoding != Encoding.IDENTITY) {
            response.header("Content-Encoding", encoding == Encoding.GZIP ? "gzip" : "br");
        }
        try (InputStream in = files.open(file, encoding)) {
            OutputStream out = response.stream(file.contentType(), encoding == Encoding.IDENTITY ? file.length() : -1);
            in.transferTo(out);
        }
    }

    private static boolean names(Optional<String> header, String tag) {
        for (String known : header.orElse("").split(",")) {
            String strong = known.strip().startsWith("W/") ? known.strip().substring(2) : known.strip();
            if (strong.equals(tag) || strong.equals("*")) {
                return true;
            }
        }
        return false;
    }
}
