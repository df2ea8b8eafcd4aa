package org.isengard.transform;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.Attachments;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Writes the file of an instance where the client says; only if the configuration allows that at all. */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "transform")
public final class ExportRoutes extends RoutingFilter {
    @interface Config {
        boolean RestApiWriteToFileSystemEnabled();

        String isengard_workdir() default ".";
    }

    private final Index index;
    private final Attachments attachments;
    private final boolean enabled;
    private final Path directory;

    @Activate
    public ExportRoutes(Config config, @Reference Index index, @Reference Attachments attachments) {
        super(new Routes());
        this.index = index;
        this.attachments = attachments;
        enabled = config.RestApiWriteToFileSystemEnabled();
        directory = Path.of(config.isengard_workdir());
        routes().post("/instances/{id}/export", this::export);
    }

    private void export(Request request, Response response) throws IOException {
        if (!enabled) {
            throw new IsengardException(
                    ErrorCode.FORBIDDEN, "The option RestApiWriteToFileSystemEnabled does not allow this");
        }
        Attachment attachment = index.attachment(ResourceLevel.INSTANCE, request.path("id"), Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        try (InputStream in = attachments.open(attachment, 0)) {
            Files.copy(in, directory.resolve(request.text().strip()), StandardCopyOption.REPLACE_EXISTING);
        } catch (InvalidPathException e) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "This is no path of a file", e);
        }
        response.json(Json.MAPPER.createObjectNode());
    }
}
