package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances larger than the server's memory, several at once: three, or as many as the system property
 * {@code isengard.large.uploads} says (ten in the campaign).
 */
@Timeout(300)
class LargeUploadIT {
    private static final int UPLOADS = Integer.getInteger("isengard.large.uploads", 3);
    private static final long GIGABYTE = 1L << 30;
    private static final byte[] CHUNK = new byte[1 << 20];

    @TempDir
    Path directory;

    /** An upload: the file up to the end of its pixel data's header. */
    private record Large(SampleFile start, byte[] header, long pixels) {
        static Large of(int number, long pixels) {
            Attributes image = SampleFile.dataset("gigabyte", number);
            image.setString(Tag.NumberOfFrames, VR.IS, Long.toString(pixels / 64));
            image.remove(Tag.PixelData);
            SampleFile start = SampleFile.of(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
            ByteBuffer header = ByteBuffer.allocate(start.bytes().length + 12).order(ByteOrder.LITTLE_ENDIAN);
            header.put(start.bytes()).putShort((short) 0x7fe0).putShort((short) 0x0010);
            header.put((byte) 'O').put((byte) 'B').putShort((short) 0).putInt((int) pixels);
            return new Large(start, header.array(), pixels);
        }

        long length() {
            return header.length + pixels;
        }
    }

    @Test
    void uploadsOfAGigabyteAtOnceNeedNoMoreMemory() throws Exception {
        Assumptions.assumeTrue(
                Files.getFileStore(directory).getUsableSpace() > (UPLOADS + 2) * GIGABYTE, "the disk is too full");
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .withEnvironment("ISENGARD_JAVA_OPTS", "-Xmx512m")
                .start()) {
            ExecutorService clients = Executors.newFixedThreadPool(UPLOADS);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < UPLOADS; i++) {
                Large large = Large.of(i, GIGABYTE);
                answers.add(clients.submit(() -> upload(server, large)));
            }
            // Meanwhile others are served.
            for (int i = 0; i < 20; i++) {
                assertEquals(200, server.get("/system").statusCode());
                assertEquals(
                        200,
                        server.post("/instances", SampleFile.of("beside", i).bytes())
                                .statusCode());
            }
            for (Future<String> answer : answers) {
                assertTrue(answer.get(240, TimeUnit.SECONDS).startsWith("HTTP/1.1 200"), answer.get());
            }
            clients.shutdown();
            Large last = Large.of(UPLOADS - 1, GIGABYTE);
            String path = "/instances/" + last.start().id();
            assertEquals(
                    md5(last),
                    new String(server.get(path + "/attachments/dicom/md5").body(), StandardCharsets.UTF_8));
            assertEquals(
                    Long.toString(last.length()),
                    new String(server.get(path + "/attachments/dicom/size").body(), StandardCharsets.UTF_8));
            assertEquals(200, server.get(path + "/tags?simplify").statusCode());
            assertEquals(
                    200,
                    server.delete("/patients/" + last.start().ids().patient()).statusCode());
        }
    }

    private static String upload(ServerProcess server, Large large) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /instances HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                            + large.length() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(large.header());
            for (long sent = 0; sent < large.pixels(); sent += CHUNK.length) {
                out.write(CHUNK);
            }
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String md5(Large large) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("MD5");
        digest.update(large.header());
        for (long sent = 0; sent < large.pixels(); sent += CHUNK.length) {
            digest.update(CHUNK);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
