package org.isengard.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FileNamesTest {
    @Test
    void filesThatFollowEachOtherShareADirectory() {
        FileNames names = new FileNames(0xfffe);
        Set<String> all = new HashSet<>();
        Set<String> directories = new HashSet<>();
        for (int i = 0; i < 3 * FileNames.PER_DIRECTORY; i++) {
            String name = names.next();
            assertTrue(FileStorage.UUID.matcher(name).matches(), name);
            assertEquals('4', name.charAt(14), "the version of a random UUID");
            all.add(name);
            directories.add(name.substring(0, 4));
        }
        assertEquals(3 * FileNames.PER_DIRECTORY, all.size());
        assertEquals(Set.of("fffe", "ffff", "0000"), directories);
    }

    @Test
    void eachStartBeginsElsewhere() {
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            first.add(new FileNames().next().substring(0, 4));
        }
        assertTrue(first.size() > 10, first.toString());
    }
}
