package org.isengard.dicom;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the tables that travel with this package. */
final class Tables {
    private Tables() {}

    static InputStream open(String name) throws IOException {
        InputStream in = Tables.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("The resource " + name + " is missing from " + Tables.class.getPackageName());
        }
        return in;
    }

    /** The rows of a tab-separated table, without comments. */
    static List<String[]> rows(String name) {
        var rows = new ArrayList<String[]>();
        try (var reader = new BufferedReader(new InputStreamReader(open(name), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty() && line.charAt(0) != '#') {
                    rows.add(line.split("\t", -1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
