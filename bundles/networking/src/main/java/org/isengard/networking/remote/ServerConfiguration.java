package org.isengard.networking.remote;

/** The configuration that holds Orthanc's options. */
public final class ServerConfiguration {
    /** Its persistent identity in ConfigAdmin. */
    public static final String PID = "org.isengard";

    private ServerConfiguration() {}
}
