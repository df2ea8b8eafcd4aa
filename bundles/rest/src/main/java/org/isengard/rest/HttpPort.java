package org.isengard.rest;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.Preprocessor;

/** Opens the HTTP port once the entrance, the gate and the end of the chain stand: nobody comes in past them. */
@Component(immediate = true, service = HttpPort.class)
public final class HttpPort {
    @Activate
    public HttpPort(
            @Reference ServerConfiguration configuration,
            @Reference(target = "(component.name=org.isengard.rest.kit.Entrance)") Preprocessor entrance,
            @Reference(target = "(isengard.gate=true)") Filter gate,
            @Reference(target = "(component.name=org.isengard.rest.kit.LastServlet)") Servlet last)
            throws IOException {
        configuration.listen();
    }
}
