package org.isengard.dicomweb;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.rest.kit.Routes;

/** The capabilities of the service as a WADL document (PS3.18 section 8.9 and annex H), made from the present routes. */
final class Capabilities {
    private static final String TYPE = "application/vnd.sun.wadl+xml";
    private static final String NAMESPACE = "http://wadl.dev.java.net/2009/02";
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

    private final Routes routes;
    private final String root;
    private final ServiceAddress address;

    Capabilities(Routes routes, String root, ServiceAddress address) {
        this.routes = routes;
        this.root = root;
        this.address = address;
    }

    /** Answers OPTIONS of the service and of each of its resources. */
    void add() {
        routes.options(root, this::describe);
        for (String path : paths().keySet()) {
            routes.options(root + path, this::describe);
        }
    }

    /** The methods of each path below the root. */
    private Map<String, List<String>> paths() {
        Map<String, List<String>> paths = new TreeMap<>();
        for (String route : routes.templates()) {
            int space = route.indexOf(' ');
            String path = route.substring(space + 1);
            String method = route.substring(0, space);
            if (path.startsWith(root) && path.length() > root.length() && !method.equals("OPTIONS")) {
                paths.merge(
                        path.substring(root.length()),
                        List.of(method),
                        (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream())
                                .sorted()
                                .toList());
            }
        }
        return paths;
    }

    private void describe(Request request, Response response) throws IOException {
        OutputStream out = response.stream(TYPE, -1);
        try {
            XMLStreamWriter xml = FACTORY.createXMLStreamWriter(out, "UTF-8");
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("application");
            xml.writeDefaultNamespace(NAMESPACE);
            xml.writeStartElement("resources");
            xml.writeAttribute("base", address.base(request));
            for (Map.Entry<String, List<String>> path : paths().entrySet()) {
                xml.writeStartElement("resource");
                xml.writeAttribute("path", path.getKey().replace(":*}", "}"));
                for (String method : path.getValue()) {
                    xml.writeEmptyElement("method");
                    xml.writeAttribute("name", method);
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
