package org.isengard.http;

import org.eclipse.jetty.http.HttpField;

/**
 * Jetty encodes common header fields beforehand, for each version of HTTP that it finds encoders for by the class loader of
 * the thread that asks first. In OSGi that loader sees none, and HTTP/2 answers with such a field fail.
 */
final class FieldEncoders {
    private static final String FIRST_USE = "org.eclipse.jetty.http.PreEncodedHttpField";

    private FieldEncoders() {}

    /** Lets Jetty look for its encoders in its own bundle; to be called before Jetty starts. */
    static void load() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader jetty = HttpField.class.getClassLoader();
        thread.setContextClassLoader(jetty);
        try {
            Class.forName(FIRST_USE, true, jetty);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("Jetty lacks " + FIRST_USE, e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
