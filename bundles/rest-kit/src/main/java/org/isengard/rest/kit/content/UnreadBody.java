package org.isengard.rest.kit.content;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The part of a request's body that nobody read. The next request comes behind it on the same connection: it is read over
 * before the answer, or the answer says that the connection closes. Otherwise Jetty closes without a word, and the client's
 * next request fails.
 */
public final class UnreadBody {
    /** More is not worth waiting for. In bytes. */
    private static final int MOST = 1 << 20;

    private UnreadBody() {}

    public static void settle(HttpServletRequest request, HttpServletResponse response) {
        if (request.getContentLengthLong() == 0
                || request.getContentLengthLong() < 0 && request.getHeader("Transfer-Encoding") == null) {
            return;
        }
        if (!readOver(request)) {
            response.setHeader("Connection", "close");
        }
    }

    private static boolean readOver(HttpServletRequest request) {
        try {
            ServletInputStream in = request.getInputStream();
            if (in.isFinished()) {
                return true;
            }
            // A client that waits for 100 Continue should not send a body that nobody reads.
            if (request.getHeader("Expect") != null || request.getContentLengthLong() > MOST) {
                return false;
            }
            byte[] chunk = new byte[1 << 13];
            int left = MOST;
            int count = 0;
            while (count >= 0 && left > 0) {
                left -= count;
                count = in.read(chunk);
            }
            return count < 0;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }
}
