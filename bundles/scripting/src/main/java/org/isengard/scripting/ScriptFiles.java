package org.isengard.scripting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The script files that the configuration names.
 *
 * <p>Threading: each call stands alone.
 */
final class ScriptFiles {
    /** A script as it was read. @param error why it could not be read, "" when it could */
    record Script(Path file, byte[] code, String error) {
        /** {@return the name in Lua's messages: of the file, without its folders} */
        String chunkName() {
            return "@" + file.getFileName();
        }
    }

    private static final long MAX_BYTES = 16 << 20;

    private final List<Path> paths;

    /** @param directory what relative paths are relative to */
    ScriptFiles(Path directory, String[] names) {
        paths = new ArrayList<>();
        for (String name : names) {
            if (!name.isBlank()) {
                paths.add(directory.resolve(name.trim()).normalize());
            }
        }
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    List<Script> read() {
        List<Script> scripts = new ArrayList<>();
        for (Path path : paths) {
            try {
                if (Files.size(path) > MAX_BYTES) {
                    throw new IOException("it is larger than " + MAX_BYTES + " bytes");
                }
                scripts.add(new Script(path, Files.readAllBytes(path), ""));
            } catch (IOException e) {
                scripts.add(new Script(path, new byte[0], "cannot be read: " + e));
            }
        }
        return scripts;
    }

    /** {@return something that differs after a file has changed} */
    Map<Path, String> fingerprint() {
        Map<Path, String> fingerprint = new HashMap<>();
        for (Path path : paths) {
            try {
                FileTime time = Files.getLastModifiedTime(path);
                fingerprint.put(path, time.toMillis() + "/" + Files.size(path));
            } catch (IOException e) {
                fingerprint.put(path, "absent");
            }
        }
        return fingerprint;
    }
}
