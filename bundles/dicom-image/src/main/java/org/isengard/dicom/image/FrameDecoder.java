package org.isengard.dicom.image;

import java.io.IOException;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decodes compressed frames. Registered as an OSGi service it replaces the built-in decoder of the same transfer
 * syntaxes if its service ranking is above 0.
 */
@ConsumerType
public interface FrameDecoder {
    /** {@return UIDs of the transfer syntaxes it reads} */
    Set<String> transferSyntaxes();

    /**
     * Decodes one frame. Called by many threads at once.
     *
     * @param stream the fragments of the frame, joined; anything may stand in it
     * @param description what the data set says; the frame must have its rows, columns and samples per pixel
     * @return samples as they were encoded, unsigned ({@link SampleType#UINT8} or {@link SampleType#UINT16}), by pixel,
     *     with the photometric interpretation they have now; sign and unused bits are the caller's business
     * @throws ImageException when the stream cannot be decoded
     */
    Frame decode(byte[] stream, ImageDescription description) throws IOException;
}
