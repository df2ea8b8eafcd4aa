package org.isengard.dicomweb.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Caller;
import org.isengard.dicomweb.media.MediaType;
import org.isengard.dicomweb.media.MultipartReader;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Fetches files by WADO-RS and gives them to the receiver while they arrive. */
@Component(service = Retriever.class)
public final class Retriever {
    private static final String DICOM = "application/dicom";

    private final WebServers servers;
    private final WebClient client;
    private final Ingest ingest;

    @Activate
    public Retriever(@Reference WebServers servers, @Reference WebClient client, @Reference Ingest ingest) {
        this.servers = servers;
        this.client = client;
        this.ingest = ingest;
    }

    /**
     * Fetches what a path of a server leads to.
     *
     * @param stored hears of each instance that is stored, with its size in bytes
     * @throws IsengardException NETWORK_PROTOCOL when the server cannot be reached or sends something else
     */
    void fetch(
            String name, String path, Map<String, String> arguments, Map<String, String> headers, LongConsumer stored) {
        WebServer server = servers.named(name);
        Map<String, String> all = new LinkedHashMap<>();
        boolean any = server.flag("HasWadoRsUniversalTransferSyntax", true);
        all.put("Accept", "multipart/related; type=\"" + DICOM + "\"" + (any ? "; transfer-syntax=*" : ""));
        all.putAll(headers);
        try (WebClient.Answer answer = client.send(server, WebClient.Call.get(path, arguments, all))) {
            MediaType type = MediaType.parse(answer.contentType()).orElse(null);
            if (type != null && type.type().equals(DICOM)) {
                store(answer.body(), stored);
                return;
            }
            if (type == null || !type.isMultipart()) {
                throw WebClient.failure(server, "answers " + path + " with " + answer.contentType(), null);
            }
            MultipartReader reader = new MultipartReader(answer.body(), type.parameter("boundary"));
            for (MultipartReader.Part part = reader.next(); part != null; part = reader.next()) {
                store(part.content(), stored);
            }
        } catch (IOException e) {
            throw WebClient.failure(server, String.valueOf(e), e);
        }
    }

    private void store(InputStream content, LongConsumer stored) throws IOException {
        Counting file = new Counting(content);
        StoreStatus status = ingest.receive(file, Source.rest(Caller.PLUGIN, ""), Options.DEFAULT)
                .status();
        if (status == StoreStatus.STORAGE_FULL) {
            throw new IsengardException(ErrorCode.FULL_STORAGE, "The storage is full");
        }
        if (status == StoreStatus.FAILURE) {
            throw new IsengardException(ErrorCode.CANNOT_STORE_INSTANCE, "An instance cannot be stored");
        }
        stored.accept(file.count);
    }

    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            count += Math.max(0, n);
            return n;
        }
    }
}
