package org.isengard.rest.kit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.content.DirectOutput;
import org.isengard.rest.kit.content.LargeOutput;
import org.isengard.rest.kit.content.UnreadBody;
import org.isengard.rest.kit.content.XmlGenerator;
import org.isengard.runtime.Json;

/** An answer that goes by HTTP. */
final class HttpResponse implements Response {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private boolean written;

    HttpResponse(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.response = response;
    }

    @Override
    public Response status(int httpStatus) {
        response.setStatus(httpStatus);
        return this;
    }

    @Override
    public Response header(String name, String value) {
        response.setHeader(name, value);
        return this;
    }

    @Override
    public void json(JsonNode body) throws IOException {
        json(json -> Json.MAPPER.writeTree(json, body));
    }

    @Override
    public void json(JsonWriter writer) throws IOException {
        boolean xml = XmlGenerator.isAskedFor(request.getHeader("Accept"));
        OutputStream out = stream(xml ? XmlGenerator.CONTENT_TYPE + "; charset=utf-8" : "application/json", -1);
        JsonGenerator json = xml ? new XmlGenerator(out) : Json.FACTORY.createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        writer.write(json);
        json.close();
    }

    @Override
    public void text(String body) throws IOException {
        bytes(body.getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    @Override
    public void bytes(byte[] body, String contentType) throws IOException {
        stream(contentType, body.length).write(body);
    }

    @Override
    public OutputStream stream(String contentType, long length) throws IOException {
        return stream(contentType, length, length >= LargeOutput.LARGE);
    }

    private OutputStream stream(String contentType, long length, boolean large) throws IOException {
        begin();
        response.setContentType(contentType);
        if (length >= 0) {
            response.setContentLengthLong(length);
        }
        if ("HEAD".equals(request.getMethod())) {
            return OutputStream.nullOutputStream();
        }
        OutputStream out = response.getOutputStream();
        return large ? new LargeOutput(out) : out;
    }

    @Override
    public void file(Path file, long offset, long length, String contentType) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            DirectOutput out = DirectOutput.of(stream(contentType, length, false));
            long at = offset;
            long end = offset + length;
            while (at < end) {
                ByteBuffer buffer = out.buffer(end - at);
                int n = in.read(buffer, at);
                if (n < 0) {
                    throw new IOException("The file " + file.getFileName() + " is shorter than the index says");
                }
                out.write(buffer.flip());
                at += n;
            }
        }
    }

    @Override
    public void redirect(String location) throws IOException {
        begin();
        response.setStatus(307);
        response.setHeader("Location", location);
        response.setContentLength(0);
    }

    private void begin() {
        written = true;
        UnreadBody.settle(request, response);
    }

    void end() {
        if (!written) {
            begin();
            response.setContentType("text/plain");
            response.setContentLength(0);
        }
    }
}
