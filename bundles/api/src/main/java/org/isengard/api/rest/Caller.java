package org.isengard.api.rest;

/**
 * The origin of a request, and the user who sends it.
 *
 * @param origin where the call comes from
 * @param remoteIp numeric address, "" for calls in process
 * @param username the authenticated user, "" without authentication
 */
public record Caller(Origin origin, String remoteIp, String username) {
    /** Named as Orthanc names the origin of requests and instances. */
    public enum Origin {
        UNKNOWN("Unknown"),
        DICOM_PROTOCOL("DicomProtocol"),
        REST_API("RestApi"),
        PLUGINS("Plugins"),
        LUA("Lua"),
        WEB_DAV("WebDav"),
        DOCUMENTATION("Documentation");

        private final String label;

        Origin(String label) {
            this.label = label;
        }

        /** {@return the value of the metadata {@code Origin}} */
        public String label() {
            return label;
        }
    }

    public static final Caller PLUGIN = new Caller(Origin.PLUGINS, "", "");
    public static final Caller LUA = new Caller(Origin.LUA, "", "");
}
