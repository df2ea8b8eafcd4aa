package org.isengard.rest;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.Closeable;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;

/** Compresses text and JSON answers (Orthanc's HttpCompressionEnabled). */
final class GzipResponse extends HttpServletResponseWrapper implements Closeable {
    private Compressed out;

    GzipResponse(HttpServletResponse response) {
        super(response);
    }

    private boolean worthIt() {
        String type = getContentType();
        return type != null
                && (type.startsWith("application/json")
                        || type.startsWith("text/")
                        || type.startsWith("application/javascript"));
    }

    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        if (length == 0 || !worthIt()) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        setHeader("Content-Encoding", null);
        out = null;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (!worthIt()) {
            return super.getOutputStream();
        }
        if (out == null) {
            setHeader("Content-Encoding", "gzip");
            out = new Compressed(super.getOutputStream());
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.gzip.finish();
        }
    }

    private static final class Compressed extends ServletOutputStream {
        private final GZIPOutputStream gzip;

        Compressed(ServletOutputStream out) throws IOException {
            gzip = new GZIPOutputStream(out, 1 << 13);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("Answers are written by their own thread");
        }

        @Override
        public void write(int b) throws IOException {
            gzip.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            gzip.write(bytes, offset, length);
        }
    }
}
