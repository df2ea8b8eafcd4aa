package org.isengard.dicom.image;

import java.io.IOException;

/**
 * The images of stored instances, for all features that show or send pixels: one cache and one set of codecs serve them
 * all. A feature publishes it as a service.
 */
public interface InstanceImages {
    /** Reads from an image. */
    @FunctionalInterface
    interface Use<T> {
        T read(DicomImage image) throws IOException;
    }

    /**
     * Reads from the image of an instance, once more where its file is replaced meanwhile.
     *
     * @param instance Orthanc identifier
     * @throws ImageException when it has no image
     */
    <T> T use(String instance, Use<T> use) throws IOException;

    /**
     * {@return a decoded frame, which must not be changed}
     *
     * @param number from 0
     */
    Frame decoded(String instance, int number) throws IOException;

    /** {@return the codecs at hand} */
    Codecs codecs();
}
