package org.isengard.rest.kit;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks the connection of an answer that cannot be ended as promised. The servlet API has no word for that: after an
 * exception the HTTP service ends the answer as if it were whole. So Jetty's own objects are asked, by name, since the
 * bundles must not depend on the server they run in.
 */
final class BrokenConnection {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenConnection.class);
    private static final List<String> PATH =
            List.of("getRequest", "getConnectionMetaData", "getConnection", "getEndPoint");

    private BrokenConnection() {}

    static void close(HttpServletRequest request) {
        ServletRequest innermost = request;
        while (innermost instanceof ServletRequestWrapper wrapper) {
            innermost = wrapper.getRequest();
        }
        try {
            Object object = innermost;
            for (String method : PATH) {
                object = object.getClass().getMethod(method).invoke(object);
            }
            if (object instanceof AutoCloseable connection) {
                connection.close();
            }
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            LOG.warn("The connection could not be broken off, the client may take half an answer for the whole", e);
        } catch (Exception e) {
            LOG.debug("The connection was closed already", e);
        }
    }
}
