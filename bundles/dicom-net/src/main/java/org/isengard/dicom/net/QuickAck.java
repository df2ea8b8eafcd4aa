package org.isengard.dicom.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;

/**
 * Keeps a connection out of delayed acknowledgement where the system can (Linux, TCP_QUICKACK). Senders that wait for
 * the acknowledgement of their last segment otherwise lose some 40 ms with every instance. The system forgets the
 * option by itself, so it is set again after each read.
 */
final class QuickAck {
    private final Socket socket;
    private SocketOption<Boolean> option;

    QuickAck(Socket socket) {
        this.socket = socket;
        option = find(socket);
    }

    @SuppressWarnings("unchecked")
    private static SocketOption<Boolean> find(Socket socket) {
        for (SocketOption<?> supported : socket.supportedOptions()) {
            // By name, since the class of the constant is not on every Java runtime.
            if (supported.name().equals("TCP_QUICKACK") && supported.type() == Boolean.class) {
                return (SocketOption<Boolean>) supported;
            }
        }
        return null;
    }

    void rearm() {
        if (option != null) {
            try {
                socket.setOption(option, true);
            } catch (IOException | UnsupportedOperationException refused) {
                option = null;
            }
        }
    }
}
