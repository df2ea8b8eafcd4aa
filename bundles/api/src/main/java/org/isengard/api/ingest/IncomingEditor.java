package org.isengard.api.ingest;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Changes or discards an instance before it is stored: Orthanc's {@code OrthancPluginRegisterReceivedInstanceCallback}. All
 * registered editors are asked, the one of lowest service ranking first, each with the file that the one before has made;
 * the filters ({@link IncomingFilter}) see the last file. Instances that the server makes itself, such as those of a
 * modification, are not edited.
 */
@ConsumerType
public interface IncomingEditor {
    /** The bytes of the largest file that an editor is given: the whole file is in memory. */
    int MAX_FILE_BYTES = 256 << 20;

    /**
     * What becomes of a file.
     *
     * @param kept whether an instance is stored
     * @param replacement the file to store instead; empty for the file as it is
     */
    record Edit(boolean kept, Optional<byte[]> replacement) {
        private static final Edit KEEP = new Edit(true, Optional.empty());
        private static final Edit DISCARD = new Edit(false, Optional.empty());

        /** The file is stored as it is. */
        public static Edit keep() {
            return KEEP;
        }

        /** Nothing is stored, and the sender is told that the instance was filtered out (C-STORE: success). */
        public static Edit discard() {
            return DISCARD;
        }

        /** @param file a whole DICOM file (PS3.10), whose identifiers may differ from those of the file that came in */
        public static Edit replaceBy(byte[] file) {
            return new Edit(true, Optional.of(file));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Edit edit
                    && kept == edit.kept
                    && replacement.isPresent() == edit.replacement.isPresent()
                    && (replacement.isEmpty() || Arrays.equals(replacement.get(), edit.replacement.get()));
        }

        @Override
        public int hashCode() {
            return Boolean.hashCode(kept)
                    + 31 * replacement.map(Arrays::hashCode).orElse(0);
        }
    }

    /**
     * Called on the thread that receives the instance.
     *
     * @param file a DICOM file as it came in (by C-STORE with a header of the server's), not to be changed
     * @throws InstanceRefused to refuse it with a status of C-STORE
     * @throws IOException and any other exception: the instance is not stored, and the sender is told so; an editor may be
     *     there to remove what must not be stored
     */
    Edit edit(byte[] file, Source source) throws IOException;
}
