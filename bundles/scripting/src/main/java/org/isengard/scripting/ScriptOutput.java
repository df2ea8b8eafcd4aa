package org.isengard.scripting;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a Lua: each line goes to the log, and to the client that asked to run a script.
 *
 * <p>Threading: used by the thread of its Lua.
 */
final class ScriptOutput extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger("org.isengard.scripting.lua");
    private static final int MAX_LINE = 1 << 16;
    private static final int MAX_KEPT = 64 << 20;

    private final Deque<ByteArrayOutputStream> kept = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] last = new byte[0];

    void begin() {
        kept.push(new ByteArrayOutputStream());
    }

    void end() {
        last = kept.pop().toByteArray();
    }

    byte[] last() {
        return last;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        ByteArrayOutputStream keeper = kept.peek();
        if (keeper != null && keeper.size() + length <= MAX_KEPT) {
            keeper.write(bytes, offset, length);
        }
        int start = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, start, Math.min(i - start, MAX_LINE));
                LOG.warn("Lua says: {}", line.toString(StandardCharsets.UTF_8));
                line.reset();
                start = i + 1;
            }
        }
        if (line.size() < MAX_LINE) {
            line.write(bytes, start, Math.min(offset + length - start, MAX_LINE));
        }
    }
}
