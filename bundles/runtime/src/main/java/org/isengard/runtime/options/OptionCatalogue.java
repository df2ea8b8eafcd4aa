package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isengard.runtime.Json;

/** All options of the configuration: the only place where an option's type and default stand ({@code options.tsv}). */
public final class OptionCatalogue {
    private static final OptionCatalogue STANDARD = read();
    private static final int COLUMNS = 8;

    private final Map<String, OptionDefinition> options;

    private OptionCatalogue(Map<String, OptionDefinition> options) {
        this.options = Collections.unmodifiableMap(options);
    }

    /** {@return the catalogue of this server} */
    public static OptionCatalogue standard() {
        return STANDARD;
    }

    private static OptionCatalogue read() {
        Map<String, OptionDefinition> options = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                OptionCatalogue.class.getResourceAsStream("options.tsv"), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    OptionDefinition option = parse(line);
                    if (options.put(option.name(), option) != null) {
                        throw new IllegalStateException("options.tsv names " + option.name() + " twice");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new OptionCatalogue(options);
    }

    private static OptionDefinition parse(String line) throws IOException {
        String[] columns = line.split("\t");
        if (columns.length < COLUMNS) {
            throw new IllegalStateException("options.tsv: " + line);
        }
        String sensitivity = columns[6].equals("-") ? "none" : columns[6];
        return new OptionDefinition(
                columns[0],
                OptionType.parse(columns[1]),
                Json.MAPPER.readTree(columns[2]),
                columns[3],
                columns[4].equals("yes"),
                OptionDefinition.State.valueOf(columns[5].toUpperCase(Locale.ROOT)),
                OptionDefinition.Sensitivity.valueOf(sensitivity.toUpperCase(Locale.ROOT)),
                columns[7],
                columns.length > COLUMNS ? columns[COLUMNS] : "");
    }

    /** {@return all options in the order of the guide} */
    public Collection<OptionDefinition> all() {
        return options.values();
    }

    /** {@return the option} @param name as in the catalogue */
    public Optional<OptionDefinition> find(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** {@return the option of a section} @param section such as {@code PostgreSQL} @param name of the option in it */
    public Optional<OptionDefinition> find(String section, String name) {
        OptionDefinition option = options.get(section + "." + name);
        return Optional.ofNullable(option == null ? options.get(section + ".*." + name) : option);
    }

    /** {@return whether the catalogue says which options the section has} */
    boolean knowsSection(String section) {
        return options.keySet().stream().anyMatch(name -> name.startsWith(section + "."));
    }

    /** {@return the default of an option} @throws IllegalArgumentException when the catalogue lacks it */
    public JsonNode defaultOf(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException("options.tsv lacks " + name))
                .defaultValue();
    }

    /** {@return the option whose name reads so in an environment variable, such as STORAGE_DIRECTORY} */
    public Optional<OptionDefinition> byEnvironmentName(String name) {
        String bare = name.replace("_", "");
        return options.values().stream()
                .filter(option ->
                        option.isTop() && option.name().toUpperCase(Locale.ROOT).equals(bare))
                .findFirst();
    }

    /** {@return the option whose name differs least from an unknown one, when it may be meant} */
    public Optional<String> nearest(String unknown) {
        return nearest("", unknown);
    }

    Optional<String> nearest(String section, String unknown) {
        String best = null;
        int least = 1 + unknown.length() / 3;
        for (OptionDefinition option : options.values()) {
            String name = option.name();
            if (!section.isEmpty()) {
                if (!name.startsWith(section + ".")) {
                    continue;
                }
                name = name.substring(name.lastIndexOf('.') + 1);
            } else if (!option.isTop()) {
                continue;
            }
            int distance = distance(name.toLowerCase(Locale.ROOT), unknown.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@return the number of characters to insert, remove or replace (Levenshtein)} */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** {@return the options as the table of the guide, in Markdown} */
    public String table() {
        StringBuilder table = new StringBuilder("| option | type | default | since | state | meaning |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (OptionDefinition option : options.values()) {
            String state = switch (option.state()) {
                case WORKS -> "works" + (option.live() ? "" : ", from the next start on");
                case NONE -> "no effect: " + option.reason();
                case REFUSED -> "refused: " + option.reason();
            };
            String value = option.defaultValue().toString();
            table.append("| `")
                    .append(option.name())
                    .append("` | ")
                    .append(option.type())
                    .append(" | `")
                    .append(value)
                    .append("` | ")
                    .append(option.since())
                    .append(" | ")
                    .append(state)
                    .append(" | ")
                    .append(option.meaning().replace("|", "\\|"))
                    .append(" |\n");
        }
        return table.toString();
    }
}
