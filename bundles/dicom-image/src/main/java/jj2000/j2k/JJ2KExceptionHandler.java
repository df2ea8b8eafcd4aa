package jj2000.j2k;

/**
 * Stands in front of the class of that name in the JPEG 2000 library, which prints to the console and kills the thread:
 * a damaged stream must end in an exception.
 */
public final class JJ2KExceptionHandler {
    private JJ2KExceptionHandler() {}

    /** Called by the library where it cannot go on. */
    public static void handleException(Throwable e) {
        throw new IllegalStateException(e);
    }
}
