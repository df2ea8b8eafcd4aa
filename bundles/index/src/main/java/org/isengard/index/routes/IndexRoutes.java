package org.isengard.index.routes;

import jakarta.servlet.Filter;
import org.isengard.index.VisibleIndex;
import org.isengard.index.find.FindConfig;
import org.isengard.index.find.IndexSearch;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** The REST routes of the index. */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "index")
public final class IndexRoutes extends RoutingFilter {
    @Activate
    public IndexRoutes(@Reference VisibleIndex index, @Reference IndexSearch search, FindConfig config) {
        super(routes(index, search, config));
    }

    private static Routes routes(VisibleIndex index, IndexSearch search, FindConfig config) {
        Routes routes = new Routes();
        ResourceJson resources = new ResourceJson(index, search);
        new ResourceRoutes(index, search.files(), resources).addTo(routes);
        new MetadataRoutes(index, config.CheckRevisions()).addTo(routes);
        new LogRoutes(index).addTo(routes);
        new FindRoutes(index, search, resources, config.CaseSensitivePN()).addTo(routes);
        new BulkRoutes(index, resources).addTo(routes);
        return routes;
    }
}
