package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A number of frames that a small file claims costs neither memory nor time. */
@Timeout(60)
class ClaimedFramesTest {
    private static final TestImages.Kind TWO_FRAMES = new TestImages.Kind("claim", 4, 4, 2, 1, 8, 8, false);

    private static DicomFile claiming(String frames) throws IOException {
        DicomFile file = TestImages.make(TWO_FRAMES);
        file.dataset().setString(Tag.NumberOfFrames, VR.IS, frames);
        return file;
    }

    private static DicomFile transcode(DicomFile file, TransferSyntax target) throws IOException {
        return new Transcoding(BuiltInCodecs.codecs(), target, 90, false).transcode(file);
    }

    @Test
    void moreFramesThanNativePixelDataHoldsAreRefused() throws IOException {
        for (String frames : List.of("2147483647", "3")) {
            DicomFile file = claiming(frames);
            DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
            assertEquals(
                    ImageException.Kind.BAD_IMAGE,
                    assertThrows(ImageException.class, image::frames).kind());
            // The frames that the file has can be seen.
            assertEquals(16, image.frame(1).samples());
            for (TransferSyntax target : List.of(TransferSyntax.RLE, TransferSyntax.JPEG_LS_LOSSLESS)) {
                ImageException refused = assertThrows(ImageException.class, () -> transcode(file, target));
                assertEquals(ImageException.Kind.BAD_IMAGE, refused.kind());
            }
        }
    }

    @Test
    void fewerFramesOrNoneAreTakenAsTheyAreClaimed() throws IOException {
        for (String frames : List.of("-2147483648", "-1", "0", "1", "2")) {
            DicomFile file = claiming(frames);
            int expected = Math.max(1, Integer.parseInt(frames));
            assertEquals(expected, DicomImage.of(file, BuiltInCodecs.codecs()).frames(), frames);
            DicomFile compressed = transcode(file, TransferSyntax.RLE);
            assertEquals(
                    expected, DicomImage.of(compressed, BuiltInCodecs.codecs()).frames(), frames);
        }
    }

    @Test
    void moreFramesThanFragmentsAreRefused() throws IOException {
        DicomFile compressed = transcode(claiming("2"), TransferSyntax.RLE);
        for (String frames : List.of("2147483647", "3")) {
            compressed.dataset().setString(Tag.NumberOfFrames, VR.IS, frames);
            assertThrows(ImageException.class, () -> DicomImage.of(compressed, BuiltInCodecs.codecs()));
        }
    }
}
