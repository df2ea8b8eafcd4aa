package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who asks for a frame gets pixels of the file that is stored, never of one that was replaced before he asked. */
@Timeout(60)
class OverwrittenImagesIT {
    private static final int VERSIONS = 60;
    private static final int READERS = 4;
    private static final int FRAMES = 3;
    private static final int PIXELS = 64;

    @TempDir
    Path directory;

    private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger given = new AtomicInteger();
    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        server = new ServerProcess(directory)
                .with("OverwriteInstances", true)
                .with("StableAge", 600)
                .start();
    }

    @AfterEach
    void stop() {
        readers.shutdownNow();
        server.close();
    }

    /** Compressed, so that frames are kept; every pixel of a version is its number. */
    private static SampleFile version(int number) {
        Attributes image = SampleFile.dataset("overwritten", 0);
        image.setString(Tag.NumberOfFrames, VR.IS, Integer.toString(FRAMES));
        byte[] frame = new byte[66];
        frame[0] = 1;
        frame[4] = 64;
        frame[64] = (byte) (1 - PIXELS);
        frame[65] = (byte) number;
        byte[] offsets = new byte[4 * FRAMES];
        for (int i = 1; i < FRAMES; i++) {
            offsets[4 * i] = (byte) (i * (8 + frame.length));
        }
        image.setFragments(Tag.PixelData, VR.OB, offsets, List.of(frame, frame, frame));
        return SampleFile.of(image, TransferSyntax.RLE);
    }

    private void upload(int number) throws Exception {
        HttpResponse<byte[]> answer = server.post("/instances", version(number).bytes());
        assertEquals(200, answer.statusCode());
        assertTrue(new String(answer.body(), StandardCharsets.UTF_8).contains("\"Success\""));
    }

    private void readBeside(boolean mayBeAbsent, Writer writer) throws Exception {
        List<Future<Integer>> reading = new ArrayList<>();
        upload(0);
        for (int i = 0; i < READERS; i++) {
            int reader = i;
            reading.add(readers.submit(() -> {
                int count = 0;
                while (done.get() < VERSIONS || count < 10) {
                    read(reader + count++, mayBeAbsent);
                }
                return count;
            }));
        }
        for (int number = 1; number <= VERSIONS; number++) {
            begun.set(number);
            writer.write(number);
            done.set(number);
        }
        for (Future<Integer> reader : reading) {
            assertTrue(reader.get() >= 10);
        }
        assertTrue(given.get() >= VERSIONS, given + " answers with pixels");
    }

    /** Brings a version into the place of the one before. */
    @FunctionalInterface
    private interface Writer {
        void write(int number) throws Exception;
    }

    private void read(int kind, boolean mayBeAbsent) throws Exception {
        String instance = "/instances/" + version(0).id();
        boolean whole = kind % 2 == 0;
        String route = instance + (whole ? "/numpy?rescale=0" : "/frames/" + kind % FRAMES + "/numpy?rescale=0");
        int oldest = done.get();
        HttpResponse<byte[]> answer;
        try {
            answer = server.get(route);
        } catch (IOException brokenOff) {
            assertTrue(whole, brokenOff::toString);
            return;
        }
        int newest = begun.get();
        if (mayBeAbsent && answer.statusCode() == 404 || whole && answer.statusCode() == 500) {
            // An array whose file goes away between two frames is rather not given than mixed.
            return;
        }
        whole(route, answer, whole ? FRAMES : 1, oldest, newest);
    }

    private void whole(String route, HttpResponse<byte[]> answer, int frames, int oldest, int newest) {
        byte[] body = answer.body();
        assertEquals(200, answer.statusCode(), () -> route + ": " + new String(body, StandardCharsets.UTF_8));
        byte[] samples = Arrays.copyOfRange(body, 10 + (body[8] & 0xff), body.length);
        assertEquals(frames * PIXELS, samples.length);
        given.incrementAndGet();
        for (byte sample : samples) {
            assertEquals(samples[0], sample, route);
            assertTrue(
                    sample >= oldest && sample <= newest,
                    sample + " is not from " + oldest + " to " + newest + ": " + route);
        }
    }

    @Test
    void anInstanceThatIsOverwrittenShowsItsNewPixels() throws Exception {
        readBeside(false, this::upload);
    }

    @Test
    void anInstanceThatIsDeletedAndComesBackShowsItsNewPixels() throws Exception {
        readBeside(true, number -> {
            assertEquals(200, server.delete("/instances/" + version(0).id()).statusCode());
            upload(number);
        });
    }
}
