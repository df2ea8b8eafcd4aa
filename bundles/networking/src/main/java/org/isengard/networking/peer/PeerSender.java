package org.isengard.networking.peer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.isengard.api.index.Attachment;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.TransferSyntax;
import org.isengard.networking.scu.StoredInstances;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Sends instances to peers, from the storage area or by way of a temporary file. */
@Component(service = PeerSender.class)
public final class PeerSender {
    private static final String INSTANCES = "instances";
    private static final String GZIP = "gzip";

    private final Peers peers;
    private final StoredInstances stored;

    @Activate
    public PeerSender(@Reference Peers peers, @Reference StoredInstances stored) {
        this.peers = peers;
        this.stored = stored;
    }

    Peers peers() {
        return peers;
    }

    /**
     * Sends a stored instance.
     *
     * @param transcode the UID of a transfer syntax, "" for as it is
     * @return how many bytes went over the network
     */
    long send(Peer peer, String instance, String transcode, boolean compress) throws IOException {
        if (transcode.isEmpty() && !compress) {
            Attachment file = stored.file(instance);
            peers.call(peer, INSTANCES, publisher(instance, file.size()), "");
            return file.size();
        }
        Path file = Files.createTempFile("isengard-peer", ".dcm");
        try {
            try (OutputStream out = open(file, compress)) {
                if (transcode.isEmpty()) {
                    try (InputStream in = stored.open(instance)) {
                        in.transferTo(out);
                    }
                } else {
                    transcode(instance, TransferSyntax.of(transcode), out);
                }
            }
            peers.call(peer, INSTANCES, BodyPublishers.ofFile(file), compress ? GZIP : "");
            return Files.size(file);
        } finally {
            Files.delete(file);
        }
    }

    /** Sends a file as it is. @return the answer of the peer */
    byte[] send(Peer peer, Path file) throws IOException {
        return peers.call(peer, INSTANCES, BodyPublishers.ofFile(file), "");
    }

    private static OutputStream open(Path file, boolean compress) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return compress ? new GZIPOutputStream(out, 64 * 1024) : new BufferedOutputStream(out, 64 * 1024);
    }

    private void transcode(String instance, TransferSyntax target, OutputStream out) throws IOException {
        DicomFile file = stored.files().referenced(instance);
        DicomFile result = file.transferSyntax().equals(target) ? file : stored.transcode(file, target, true);
        DicomWriter.write(out, result.meta(), result.dataset(), target);
    }

    /** With the length, since older servers do not take chunks. */
    private BodyPublisher publisher(String instance, long size) {
        BodyPublisher body = BodyPublishers.ofInputStream(() -> {
            try {
                return stored.open(instance);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return size == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(body, size);
    }
}
