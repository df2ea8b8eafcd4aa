package org.isengard.dicom.image.codec;

import jj2000.j2k.util.FacilityManager;
import jj2000.j2k.util.MsgLogger;

/** Keeps what the JPEG 2000 library has to say away from the console. */
final class QuietJ2k {
    private static final System.Logger LOGGER = System.getLogger(QuietJ2k.class.getName());

    private static final MsgLogger SILENT = new MsgLogger() {
        @Override
        public void printmsg(int severity, String message) {
            LOGGER.log(System.Logger.Level.DEBUG, message);
        }

        @Override
        public void println(String message, int firstIndent, int indent) {
            LOGGER.log(System.Logger.Level.DEBUG, message);
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }
    };

    private QuietJ2k() {}

    /** From here on the library is quiet in this thread. */
    static void begin() {
        FacilityManager.registerMsgLogger(Thread.currentThread(), SILENT);
    }

    static void end() {
        FacilityManager.unregisterMsgLogger(Thread.currentThread());
    }
}
