package org.isengard.networking.worklist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.IsengardException;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.worklist.WorklistQuery;
import org.isengard.api.worklist.WorklistSource;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Status;
import org.isengard.networking.match.AttributeMatch;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.runtime.swap.LazyServices;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Answers C-FIND of the modality worklist (PS3.4 annex K) from the folder and from the sources of plugins. The SOP class is
 * refused where the folder is not enabled and no plugin has a source.
 */
@Component(
        service = WorklistScp.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WorklistScp {
    public @interface Config {
        boolean CaseSensitivePN();
    }

    private final Lease<DicomFiles> files;
    private final boolean caseSensitiveNames;
    private final WorklistFolder folder;
    private final LazyServices<WorklistSource> sources;

    @Activate
    public WorklistScp(@Reference WorklistFolder folder, Config config, BundleContext context) {
        files = Lease.follow(context, DicomFiles.class, "feature storage", SwapTimeout.of(context));
        this.folder = folder;
        caseSensitiveNames = config.CaseSensitivePN();
        sources = LazyServices.open(context, WorklistSource.class);
    }

    @Deactivate
    void close() {
        sources.close();
        files.end();
    }

    public boolean hasSources() {
        return folder.options().enabled() || !sources.isEmpty();
    }

    public void find(Association association, Attributes keys, FindResponses responses) throws IOException {
        keys.setDefaultCharacterSet(files.service().headerOptions().defaultCharacterSet());
        var match = new AttributeMatch(keys, caseSensitiveNames);
        var query = new WorklistQuery(
                association.callingAet(),
                association.calledAet(),
                association.remote().getAddress().getHostAddress(),
                keys);
        List<WorklistSource> all = new ArrayList<>(sources.all());
        if (folder.options().enabled()) {
            all.add(0, folder);
        }
        for (WorklistSource source : all) {
            for (Attributes item : items(source, query)) {
                if (responses.isCancelled()) {
                    return;
                }
                if (match.matches(item)) {
                    responses.match(match.answer(item));
                }
            }
        }
    }

    private static List<Attributes> items(WorklistSource source, WorklistQuery query) throws DimseException {
        try {
            return source.items(query);
        } catch (IOException | IsengardException e) {
            throw new DimseException(Status.CANNOT_UNDERSTAND, "The worklist cannot be read: " + e.getMessage(), e);
        }
    }
}
