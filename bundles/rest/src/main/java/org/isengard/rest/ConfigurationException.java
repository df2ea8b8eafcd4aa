package org.isengard.rest;

/** The configuration cannot be used; the message is one line for the operator. */
final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigurationException(String message) {
        super(message);
    }
}
