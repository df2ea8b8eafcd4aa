import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns the tables of {@code src/main/dictionary} into {@code Tag.java}, {@code UID.java} and a compact dictionary
 * resource. Run by the build: {@code java DictionaryGenerator.java TABLES SOURCES RESOURCES}.
 */
public final class DictionaryGenerator {
    private record Row(long tag, String vr, String name, String vm) {}

    private DictionaryGenerator() {}

    public static void main(String[] arguments) throws IOException {
        Path tables = Path.of(arguments[0]);
        Path sources = Files.createDirectories(Path.of(arguments[1], "org", "isengard", "dicom"));
        Path resources = Files.createDirectories(Path.of(arguments[2], "org", "isengard", "dicom"));
        List<Row> rows = elements(tables.resolve("elements.tsv"));
        write(sources.resolve("Tag.java"), tagSource(rows));
        write(sources.resolve("UID.java"), uidSource(tables.resolve("uids.tsv")));
        writeDictionary(resources.resolve("elements.bin"), rows);
        for (String table : List.of("private.tsv", "uids.tsv")) {
            write(resources.resolve(table), Files.readString(tables.resolve(table)));
        }
    }

    private static List<Row> elements(Path table) throws IOException {
        var rows = new ArrayList<Row>();
        for (String line : Files.readAllLines(table)) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] f = line.split("\t", -1);
            // A range ("6000-60ff,0010") is kept under its first tag; the reader of the dictionary masks.
            int comma = f[0].indexOf(',');
            long group = Long.parseLong(f[0].substring(0, 4), 16);
            long element = Long.parseLong(f[0].substring(comma + 1, comma + 5), 16);
            rows.add(new Row(group << 16 | element, f[1], f[2], f[3]));
        }
        rows.sort(Comparator.comparingLong(Row::tag));
        return rows;
    }

    private static String tagSource(List<Row> rows) {
        var s = new StringBuilder("package org.isengard.dicom;\n\n/** Tags of the data dictionary (PS3.6). Generated. */\n");
        s.append("public final class Tag {\n    private Tag() {}\n");
        for (Row row : rows) {
            s.append(String.format("%n    public static final int %s = 0x%08x;%n", row.name, row.tag));
        }
        return s.append("}\n").toString();
    }

    private static String uidSource(Path table) throws IOException {
        var s = new StringBuilder("package org.isengard.dicom;\n\n/** Unique identifiers of PS3.6 annex A. Generated. */\n");
        s.append("public final class UID {\n    private UID() {}\n");
        for (String line : Files.readAllLines(table)) {
            if (!line.startsWith("#")) {
                String[] f = line.split("\t", -1);
                String name = f[4].replace("&", "&amp;");
                s.append(String.format("%n    /** %s. */%n    public static final String %s = \"%s\";%n", name, f[1], f[0]));
            }
        }
        return s.append("}\n").toString();
    }

    private static void writeDictionary(Path file, List<Row> rows) throws IOException {
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(rows.size());
            for (Row row : rows) {
                String[] vr = row.vr.equals("-") ? new String[] {"UN"} : row.vr.split("/");
                out.writeInt((int) row.tag);
                out.writeShort(code(vr[0]));
                out.writeShort(vr.length > 1 ? code(vr[1]) : 0);
                String[] vm = row.vm.split("-");
                out.writeByte(Integer.parseInt(vm[0]));
                out.writeByte(vm.length == 1 ? Integer.parseInt(vm[0]) : vm[1].endsWith("n") ? 0 : Integer.parseInt(vm[1]));
                out.writeByte(row.name.length());
            }
            for (Row row : rows) {
                out.write(row.name.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static int code(String vr) {
        return vr.charAt(0) << 8 | vr.charAt(1);
    }

    private static void write(Path file, String text) throws IOException {
        // An unchanged file keeps its date, so that nothing is compiled again for it.
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }
}
