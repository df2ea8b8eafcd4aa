package org.isengard.runtime.options;

/** The configuration cannot be used; the message names the option or the file in one line. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}
