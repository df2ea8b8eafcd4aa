package org.isengard.rest;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.Preprocessor;

/** Opens the HTTP port once the request gateway, the access filter and the last servlet are there: no request passes them by. */
@Component(immediate = true, service = HttpPort.class)
public final class HttpPort {
    @Activate
    public HttpPort(
            @Reference ServerConfiguration configuration,
            @Reference(target = "(component.name=org.isengard.rest.kit.RequestGateway)") Preprocessor entrance,
            @Reference(target = "(isengard.access=true)") Filter accessFilter,
            @Reference(target = "(component.name=org.isengard.rest.kit.LastServlet)") Servlet last)
            throws IOException {
        configuration.listen();
    }
}
