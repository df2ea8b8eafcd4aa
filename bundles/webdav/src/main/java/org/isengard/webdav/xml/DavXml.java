package org.isengard.webdav.xml;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes answers of WebDAV (RFC 4918 section 14), one response after the other. */
public final class DavXml {
    public static final String TYPE = "application/xml; charset=utf-8";

    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

    private final Writer out;

    /** Begins a {@code multistatus}. */
    public DavXml(OutputStream out) throws IOException {
        this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        this.out.write(HEAD + "<D:multistatus xmlns:D=\"DAV:\">\n");
    }

    /**
     * Writes the properties of one resource.
     *
     * @param known name of a property of {@code DAV:} -> its value as XML
     * @param request what the client asks for
     */
    public void resource(String href, Map<String, String> known, DavRequest request) throws IOException {
        boolean names = request.says("propname");
        StringBuilder found = new StringBuilder();
        StringBuilder missing = new StringBuilder();
        if (request.properties().isEmpty() || names) {
            known.forEach((name, value) -> found.append(element(DavName.dav(name), names ? "" : value)));
        } else {
            for (DavName name : request.properties().stream().distinct().toList()) {
                String value = name.namespace().equals(DavName.DAV) ? known.get(name.local()) : null;
                (value == null ? missing : found).append(element(name, value == null ? "" : value));
            }
        }
        List<String> parts = new ArrayList<>();
        if (!found.isEmpty() || missing.isEmpty()) {
            parts.add(part(found, "200 OK"));
        }
        if (!missing.isEmpty()) {
            parts.add(part(missing, "404 Not Found"));
        }
        response(href, parts);
    }

    /** Writes what became of changes of properties: names that were taken, and names that were refused. */
    public void changes(String href, List<DavName> taken, List<DavName> refused) throws IOException {
        List<String> parts = new ArrayList<>();
        if (!taken.isEmpty()) {
            // All or nothing (RFC 4918 section 9.2).
            parts.add(part(elements(taken), refused.isEmpty() ? "200 OK" : "424 Failed Dependency"));
        }
        if (!refused.isEmpty()) {
            parts.add(part(elements(refused), "403 Forbidden"));
        }
        response(href, parts);
    }

    private static StringBuilder elements(List<DavName> names) {
        StringBuilder all = new StringBuilder();
        names.forEach(name -> all.append(element(name, "")));
        return all;
    }

    private void response(String href, List<String> parts) throws IOException {
        out.write("<D:response><D:href>" + text(href) + "</D:href>" + String.join("", parts) + "</D:response>\n");
    }

    private static String part(CharSequence properties, String status) {
        return "<D:propstat><D:prop>" + properties + "</D:prop><D:status>HTTP/1.1 " + status
                + "</D:status></D:propstat>";
    }

    private static String element(DavName name, String value) {
        boolean dav = name.namespace().equals(DavName.DAV);
        String tag = dav ? "D:" + name.local() : name.local();
        String start = dav ? tag : tag + " xmlns=\"" + text(name.namespace()) + '"';
        return value.isEmpty() ? "<" + start + "/>" : "<" + start + ">" + value + "</" + tag + ">";
    }

    public void end() throws IOException {
        out.write("</D:multistatus>\n");
        out.flush();
    }

    /** {@return an {@code error} with the precondition that failed (RFC 4918 section 16)} */
    public static byte[] error(String condition) {
        return (HEAD + "<D:error xmlns:D=\"DAV:\"><D:" + condition + "/></D:error>\n").getBytes(StandardCharsets.UTF_8);
    }

    /** {@return the answer to LOCK} */
    public static byte[] lock(String discovery) {
        return (HEAD + "<D:prop xmlns:D=\"DAV:\"><D:lockdiscovery>" + discovery + "</D:lockdiscovery></D:prop>\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@return text as XML; what XML cannot hold becomes a question mark} */
    public static String text(String raw) {
        StringBuilder text = new StringBuilder(raw.length() + 16);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            switch (c) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                case '"' -> text.append("&quot;");
                default -> text.append(c < ' ' && c != '\t' && c != '\n' || c >= '\uFFFE' ? '?' : c);
            }
        }
        return text.toString();
    }

    /** {@return the path of a resource as a client asks for it; that of a folder ends with a slash} */
    public static String href(List<String> path, boolean folder) {
        StringBuilder href = new StringBuilder("/webdav");
        for (String segment : path) {
            href.append('/')
                    .append(URLEncoder.encode(segment, StandardCharsets.UTF_8)
                            .replace("+", "%20")
                            .replace("%7E", "~")
                            .replace("*", "%2A"));
        }
        return folder ? href.append('/').toString() : href.toString();
    }
}
