package org.isengard.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.isengard.api.image.Transcoder;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.runtime.options.OptionValues;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IngestTranscodingTest {
    private static IngestTranscoding transcoding(String uid, boolean ofUncompressed, boolean ofCompressed) {
        return transcoding(uid, ofUncompressed, ofCompressed, new Lease<>("transcoder", new SwapTimeout(0)));
    }

    private static IngestTranscoding transcoding(
            String uid, boolean ofUncompressed, boolean ofCompressed, Lease<Transcoder> transcoder) {
        return new IngestTranscoding(
                OptionValues.of(
                        IngestTranscoding.Config.class,
                        Map.of(
                                "IngestTranscoding",
                                uid,
                                "IngestTranscodingOfUncompressed",
                                ofUncompressed,
                                "IngestTranscodingOfCompressed",
                                ofCompressed)),
                transcoder);
    }

    @Test
    @Timeout(60)
    void anInstanceWaitsForATranscoderThatIsBeingSwapped() throws Exception {
        Lease<Transcoder> lease = new Lease<>("transcoder", new SwapTimeout(30_000_000_000L));
        IngestTranscoding rle = transcoding(TransferSyntax.RLE.uid(), true, true, lease);
        CompletableFuture<Optional<byte[]>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return rle.transcode(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThrows(TimeoutException.class, () -> waiting.get(100, TimeUnit.MILLISECONDS));
        Attributes made = new Attributes();
        made.setString(Tag.SOPInstanceUID, VR.UI, "1.2.3");
        lease.offer((file, target, quality, lossy) ->
                new DicomFile(new Attributes(), made, TransferSyntax.RLE, 0, -1, null));
        assertTrue(waiting.get(20, TimeUnit.SECONDS).isPresent());
    }

    private static DicomFile image(TransferSyntax syntax) {
        return new DicomFile(new Attributes(), new Attributes(), syntax, 0, 100, VR.OW);
    }

    @Test
    void onlyImagesInAnotherTransferSyntaxAreWanted() {
        IngestTranscoding rle = transcoding(TransferSyntax.RLE.uid(), true, true);
        assertTrue(rle.wants(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)));
        assertTrue(rle.wants(image(TransferSyntax.JPEG_LOSSLESS)));
        assertFalse(rle.wants(image(TransferSyntax.RLE)));
        assertFalse(rle.wants(
                new DicomFile(new Attributes(), new Attributes(), TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 0, -1, null)));
    }

    @Test
    void compressedAndUncompressedOnesCanBeLeftAlone() {
        IngestTranscoding ofCompressed = transcoding(TransferSyntax.RLE.uid(), false, true);
        assertFalse(ofCompressed.wants(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)));
        assertTrue(ofCompressed.wants(image(TransferSyntax.JPEG_LOSSLESS)));
        IngestTranscoding ofUncompressed = transcoding(TransferSyntax.RLE.uid(), true, false);
        assertTrue(ofUncompressed.wants(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)));
        assertFalse(ofUncompressed.wants(image(TransferSyntax.JPEG_LOSSLESS)));
    }

    @Test
    void noOrAnUnknownTransferSyntaxChangesNothing() {
        assertFalse(transcoding("", true, true).wants(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)));
        assertFalse(transcoding("1.2.3", true, true).wants(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)));
    }

    @Test
    void aTranscoderThatComesLateIsUsedFromThenOn() throws IOException {
        Lease<Transcoder> lease = new Lease<>("transcoder", new SwapTimeout(0));
        IngestTranscoding rle = transcoding(TransferSyntax.RLE.uid(), true, true, lease);
        assertTrue(rle.transcode(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)).isEmpty());
        lease.offer((file, target, quality, lossy) ->
                new DicomFile(new Attributes(), new Attributes(), TransferSyntax.RLE, 0, -1, null));
        assertTrue(rle.transcode(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)).isPresent());
    }

    @Test
    void withoutATranscoderTheInstanceIsKeptAsItCame() throws IOException {
        assertEquals(
                Optional.empty(),
                transcoding(TransferSyntax.RLE.uid(), true, true)
                        .transcode(image(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)));
    }
}
