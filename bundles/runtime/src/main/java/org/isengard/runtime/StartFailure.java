package org.isengard.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a start that cannot succeed, with one line for who started the server. */
public final class StartFailure {
    private static final Logger LOG = LoggerFactory.getLogger(StartFailure.class);

    /** Set once the index was open: from then on a feature that cannot start is no reason to end the others. */
    private static final String STARTED = "isengard.started";

    private StartFailure() {}

    /** Notes that the server has all it cannot do without. */
    public static void started() {
        System.setProperty(STARTED, "true");
    }

    /**
     * Stops the server, with the reason in the file that the launcher reads ({@code isengard.fatal}), unless it is up
     * already: then the reason is only logged.
     */
    public static void stop(BundleContext context, String reason) {
        LOG.error("{}", reason);
        if (Boolean.getBoolean(STARTED)) {
            return;
        }
        try {
            String file = context.getProperty("isengard.fatal");
            if (file != null) {
                Files.writeString(Path.of(file), reason.replaceAll("\\s+", " ") + "\n");
            }
            context.getBundle(0).stop();
        } catch (IOException | BundleException e) {
            LOG.error("Cannot stop the server", e);
        }
    }
}
