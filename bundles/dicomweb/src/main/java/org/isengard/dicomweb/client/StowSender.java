package org.isengard.dicomweb.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.storage.Attachments;
import org.isengard.dicomweb.media.MultipartWriter;
import org.isengard.dicomweb.options.DicomWebOptions;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Sends stored instances by STOW-RS, from the storage area, with the length of the request in front. */
@Component(
        service = StowSender.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class StowSender {
    private static final String DICOM = "application/dicom";
    private static final int LONGEST_ANSWER = 16 << 20;

    public @interface Config {
        String DicomWeb();
    }

    private final DicomWebOptions options;
    private final WebServers servers;
    private final WebClient client;
    private final Index index;
    private final Attachments attachments;

    @Activate
    public StowSender(
            Config config,
            @Reference WebServers servers,
            @Reference WebClient client,
            @Reference Index index,
            @Reference Attachments attachments)
            throws IOException {
        options = DicomWebOptions.parse(config.DicomWeb(), false, false);
        this.servers = servers;
        this.client = client;
        this.index = index;
        this.attachments = attachments;
    }

    /** {@return how many instances from a position on go into one request: StowMaxInstances and StowMaxSize hold} */
    int batch(List<String> instances, int from) {
        long most = options.stowMaxInstances() == 0 ? Integer.MAX_VALUE : options.stowMaxInstances();
        long size = 0;
        int count = 0;
        while (from + count < instances.size() && count < most) {
            size += file(instances.get(from + count)).size();
            if (count > 0 && options.stowMaxSize() > 0 && size > (long) options.stowMaxSize() << 20) {
                break;
            }
            count++;
        }
        return count;
    }

    private Attachment file(String instance) {
        return index.attachment(ResourceLevel.INSTANCE, instance, Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.UNKNOWN_RESOURCE, "The instance " + instance + " is not stored any more"));
    }

    /**
     * Sends instances in one request.
     *
     * @return how many bytes went over the network
     * @throws IsengardException NETWORK_PROTOCOL when the server cannot be reached or refuses an instance
     */
    long send(String name, List<String> instances, Map<String, String> headers) throws IOException {
        WebServer server = servers.named(name);
        List<Attachment> files = new ArrayList<>();
        instances.forEach(instance -> files.add(file(instance)));
        String boundary = MultipartWriter.boundary();
        long length = write(files, boundary, OutputStream.nullOutputStream(), false);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Accept", "application/dicom+json");
        all.put("Content-Type", "multipart/related; type=\"" + DICOM + "\"; boundary=" + boundary);
        all.putAll(headers);
        try (WebClient.Answer answer = client.send(
                server,
                new WebClient.Call(
                        "POST", "studies", Map.of(), all, out -> write(files, boundary, out, true), length))) {
            check(server, answer);
        }
        return length;
    }

    /** Writes the request, or only finds out how long it is. */
    private long write(List<Attachment> files, String boundary, OutputStream out, boolean content) throws IOException {
        Counting counting = new Counting(out);
        try (MultipartWriter parts = MultipartWriter.of(counting, boundary)) {
            for (Attachment file : files) {
                OutputStream part = parts.part(DICOM, "", file.size());
                if (content) {
                    try (InputStream in = attachments.open(file, 0)) {
                        in.transferTo(part);
                    }
                } else {
                    counting.count += file.size();
                }
            }
        }
        return counting.count;
    }

    /** An answer may list instances that were refused though its status is 200. */
    private static void check(WebServer server, WebClient.Answer answer) throws IOException {
        byte[] text = answer.body().readNBytes(LONGEST_ANSWER);
        int refused = 0;
        try {
            if (answer.contentType().contains("json")) {
                JsonNode json = Json.MAPPER.readTree(new String(text, StandardCharsets.UTF_8));
                refused = json.path("00081198").path("Value").size()
                        + json.path("0008119A").path("Value").size();
            }
        } catch (JsonProcessingException e) {
            throw WebClient.failure(server, "answers something that is no JSON", e);
        }
        if (refused > 0 || answer.status() >= 300) {
            throw WebClient.failure(
                    server, "status " + answer.status() + ", " + refused + " instances are refused", null);
        }
    }

    private static final class Counting extends OutputStream {
        private final OutputStream out;
        private long count;

        Counting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
