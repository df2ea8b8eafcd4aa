package org.isengard.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.RestClient;
import org.isengard.rest.kit.content.XmlGenerator;
import org.isengard.runtime.Json;

/** An answer kept in memory. */
final class InProcessResponse implements Response {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Map<String, String> headers = new HashMap<>();
    private final boolean xml;
    private int status = 200;

    /** @param accept the header Accept of the call; null for none */
    InProcessResponse(String accept) {
        xml = XmlGenerator.isAskedFor(accept);
    }

    RestClient.Answer answer() {
        return new RestClient.Answer(status, headers, body.toByteArray());
    }

    @Override
    public Response status(int httpStatus) {
        status = httpStatus;
        return this;
    }

    @Override
    public Response header(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    @Override
    public void json(JsonNode node) throws IOException {
        json(json -> Json.MAPPER.writeTree(json, node));
    }

    @Override
    public void json(JsonWriter writer) throws IOException {
        header("content-type", xml ? XmlGenerator.CONTENT_TYPE + "; charset=utf-8" : "application/json");
        try (JsonGenerator json = xml ? new XmlGenerator(body) : Json.FACTORY.createGenerator(body)) {
            writer.write(json);
        }
    }

    @Override
    public void text(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    @Override
    public void bytes(byte[] bytes, String contentType) throws IOException {
        stream(contentType, bytes.length).write(bytes);
    }

    @Override
    public OutputStream stream(String contentType, long length) {
        header("content-type", contentType);
        return body;
    }

    @Override
    public void file(Path file, long offset, long length, String contentType) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(offset);
            stream(contentType, length).write(in.readNBytes(Math.toIntExact(length)));
        }
    }

    @Override
    public void redirect(String location) {
        status(307).header("location", location);
    }
}
