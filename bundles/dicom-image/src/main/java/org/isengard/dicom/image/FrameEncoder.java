package org.isengard.dicom.image;

import java.io.IOException;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Compresses frames. As an OSGi service it is ranked as {@link FrameDecoder} is. */
@ConsumerType
public interface FrameEncoder {
    /** {@return UIDs of the transfer syntaxes it writes} */
    Set<String> transferSyntaxes();

    /**
     * The conversion that a frame needs before it can be encoded.
     *
     * @return the photometric interpretation the frame must have: its own, or another one to convert it to
     * @throws ImageException UNSUPPORTED when images of this kind cannot be encoded
     */
    Photometric accepts(ImageDescription description, String transferSyntax) throws ImageException;

    /**
     * Encodes one frame. Called by many threads at once.
     *
     * @param frame samples as stored; signed ones are encoded as their bits
     * @param quality 1 to 100 for lossy syntaxes
     * @return the bit stream, an even number of bytes
     */
    byte[] encode(Frame frame, String transferSyntax, int quality) throws IOException;
}
