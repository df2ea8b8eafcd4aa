package org.isengard.itests;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.AssociationPolicy;
import org.isengard.dicom.net.DicomServer;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.PresentationContext;
import org.isengard.dicom.net.ProposedContext;
import org.isengard.dicom.net.ServerOptions;
import org.isengard.dicom.net.Status;

/** Takes instances with a pause before each answer, and queries, which match nothing. */
final class StoreSink implements AutoCloseable {
    final Set<String> received = ConcurrentHashMap.newKeySet();
    /** Those that came more than once stand here as often. */
    final Queue<String> all = new ConcurrentLinkedQueue<>();

    /** The patients that were asked for. */
    final Queue<String> queried = new ConcurrentLinkedQueue<>();

    private final ServerSocketChannel listening;
    private final DicomServer server;

    StoreSink(int port, long pauseMillis) throws IOException {
        listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        DimseHandler handler = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                dataSet.readAllBytes();
                pause(pauseMillis);
                received.add(operation.sopInstance());
                all.add(operation.sopInstance());
                return Status.SUCCESS;
            }

            @Override
            public void find(Operation operation, Attributes identifier, FindResponses responses) {
                queried.add(identifier.getString(Tag.PatientID, ""));
            }
        };
        AssociationPolicy all = new AssociationPolicy() {
            @Override
            public PresentationContext negotiate(
                    ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) {
                return proposed.accept(proposed.transferSyntaxes().get(0));
            }
        };
        server = DicomServer.start(listening, all, association -> handler, ServerOptions.DEFAULT);
    }

    DicomServer server() {
        return server;
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close(Duration.ZERO);
        listening.close();
    }
}
