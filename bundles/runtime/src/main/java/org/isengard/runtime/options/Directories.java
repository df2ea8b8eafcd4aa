package org.isengard.runtime.options;

import java.nio.file.Path;

/**
 * The directories of the server, by the rules of their options.
 *
 * @param storage of the DICOM files ({@code StorageDirectory})
 * @param index of the index and other small files ({@code IndexDirectory}, else {@code StorageDirectory})
 */
public record Directories(Path storage, Path index) {
    /** @param workdir the working directory, where relative paths start */
    public static Directories of(String workdir, String storageDirectory, String indexDirectory) {
        Path start = Path.of(workdir);
        Path storage = start.resolve(storageDirectory);
        return new Directories(storage, indexDirectory.isEmpty() ? storage : start.resolve(indexDirectory));
    }

    /** {@return the directory of archives that are being built: {@code TemporaryDirectory}, else that of the index} */
    public static Path temporary(
            String workdir, String storageDirectory, String indexDirectory, String temporaryDirectory) {
        return temporaryDirectory.isEmpty()
                ? of(workdir, storageDirectory, indexDirectory).index
                : Path.of(workdir).resolve(temporaryDirectory);
    }
}
