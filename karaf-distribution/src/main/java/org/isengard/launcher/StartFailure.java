package org.isengard.launcher;

/** Why the server cannot start, in one line for the operator. */
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    StartFailure(String line) {
        super(line);
    }
}
