package org.isengard.index;

import jakarta.servlet.Filter;
import org.isengard.api.storage.DicomFiles;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The REST routes of the index. */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "index")
public final class IndexRoutes extends RoutingFilter {
    private final StoredFiles files;

    @Activate
    public IndexRoutes(@Reference SqlIndex index, FindConfig config) {
        this(index, new StoredFiles(index), config);
    }

    private IndexRoutes(SqlIndex index, StoredFiles files, FindConfig config) {
        super(routes(index, files, config));
        this.files = files;
    }

    private static Routes routes(SqlIndex index, StoredFiles files, FindConfig config) {
        Routes routes = new Routes();
        ResourceJson resources = new ResourceJson(index, files, !"Never".equals(config.StorageAccessOnFind()));
        new ResourceRoutes(index, files, resources).addTo(routes);
        new MetadataRoutes(index, config.CheckRevisions()).addTo(routes);
        new LogRoutes(index).addTo(routes);
        new FindRoutes(index, files, resources, config).addTo(routes);
        new BulkRoutes(index, resources).addTo(routes);
        return routes;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setFiles(DicomFiles service) {
        files.set(service);
    }

    void unsetFiles(DicomFiles service) {
        files.unset(service);
    }

    @Deactivate
    void stop() {
        drain();
    }
}
