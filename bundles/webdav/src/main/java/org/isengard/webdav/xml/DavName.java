package org.isengard.webdav.xml;

/** The name of an element: namespace and local name. */
public record DavName(String namespace, String local) {
    public static final String DAV = "DAV:";

    public static DavName dav(String local) {
        return new DavName(DAV, local);
    }
}
