package org.isengard.ohif;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.page.PageAnswer;
import org.isengard.rest.kit.page.PageFiles;
import org.isengard.rest.kit.page.PageFiles.PageFile;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Serves the OHIF viewer below {@code /ohif/}. The viewer is a single page: a path below {@code /ohif/} that names no file is a
 * place inside the viewer ({@code /ohif/viewer?StudyInstanceUIDs=...}) and gets the page, too.
 */
@Plugin(id = "ohif", description = "The OHIF viewer at /ohif/", rootUri = "../ohif/", explorer = "page/explorer.js")
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "ohif")
public final class OhifRoutes extends RoutingFilter {
    @interface Config {
        String DicomWeb();
    }

    private static final String SETTINGS = "app-config.js";

    /**
     * Scripts come from this server alone, and requests go to it alone. The viewer's codecs (Emscripten) and its arrays for
     * segmentations make functions from texts: the page needs 'unsafe-eval'.
     */
    static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'self'",
            "script-src 'self' 'unsafe-eval'",
            "worker-src 'self' blob:",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "connect-src 'self' blob: data:",
            "frame-src 'self' blob:",
            "frame-ancestors 'self'",
            "object-src 'self' blob:",
            "base-uri 'self'",
            "form-action 'self'");

    private final PageFiles files;
    private final ViewerPage page;
    private final PageAnswer answer;

    /** @throws IllegalStateException when the build had no network and the bundle lacks the viewer */
    @Activate
    public OhifRoutes(Config config) throws IOException {
        super(new Routes());
        files = PageFiles.of(OhifRoutes.class);
        page = ViewerPage.of(files, config.DicomWeb());
        answer = new PageAnswer(files, CONTENT_SECURITY_POLICY);
        routes().get("/ohif", (request, response) -> answer.send(ViewerPage.HTML, page.html(""), response))
                .get("/ohif/{file:*}", this::file);
    }

    private void file(Request request, Response response) throws IOException {
        String path = request.path("file");
        Optional<PageFile> file = files.find(path);
        if (file.isPresent()) {
            answer.send(file.get(), request, response);
        } else if (path.equals(SETTINGS)) {
            answer.send(ViewerPage.SCRIPT, page.settings(), response);
        } else if (ViewerPage.isPlace(path)) {
            answer.send(ViewerPage.HTML, page.html(path), response);
        } else {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        }
    }
}
