package org.isengard.samples.plain;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * A servlet of the HTTP Whiteboard, which knows nothing of this server. That it is listed under {@code /plugins} is a
 * line in {@code bnd.bnd}. Authentication, headers and access rules hold for it as for everything else.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/ping/*")
public final class PingServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().print("pong");
    }
}
