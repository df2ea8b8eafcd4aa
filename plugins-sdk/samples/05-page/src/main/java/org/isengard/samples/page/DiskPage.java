package org.isengard.samples.page;

import org.isengard.api.plugin.Plugin;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardResource;

/**
 * A page of its own, served from the jar under {@code /disk-page/}, and a script for the explorer that leads there. The
 * page asks the REST API like any other client.
 */
@Plugin(
        id = "disk-page",
        version = "1.0",
        description = "Shows how full the server is",
        rootUri = "../disk-page/index.html",
        explorer = "web/button.js")
@Component(service = DiskPage.class)
@HttpWhiteboardResource(pattern = "/disk-page/*", prefix = "/web/page")
public final class DiskPage {}
