package org.isengard.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.IsengardException;
import org.isengard.api.config.Settings;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.HiddenSecrets;
import org.isengard.runtime.options.OptionCatalogue;
import org.isengard.runtime.options.OptionDefinition;

/** Shows the options in force and where each comes from, without passwords; or reads the configuration again. */
@Service
@Command(
        scope = "isengard",
        name = "config",
        description = "Shows the options in force and where each comes from, or reads the configuration again")
public final class ConfigCommand extends ServerCommand {
    private final HiddenSecrets secrets = new HiddenSecrets();

    @Option(name = "--reload", description = "Read the configuration file again and apply what changed")
    private boolean reload;

    @Option(name = "--all", description = "Show the options that have their defaults, too")
    private boolean all;

    @Argument(name = "option", description = "Show this option or section alone, and what it means")
    private String option;

    private Settings settings;

    @Override
    void run() throws IOException, InterruptedException {
        settings = service(Settings.class);
        PrintStream out = session().getConsole();
        if (reload) {
            try {
                List<String> changed = settings.reload();
                out.println(changed.isEmpty() ? "Nothing changed" : "Changed: " + String.join(", ", changed));
            } catch (IsengardException e) {
                out.println("Not applied: " + e.details());
            }
        } else if (option == null) {
            list(out);
        } else {
            explain(out);
        }
    }

    private void list(PrintStream out) {
        ObjectNode document = settings.document();
        Map<String, String> origins = settings.origins();
        Set<String> names = new LinkedHashSet<>();
        for (OptionDefinition known : OptionCatalogue.standard().all()) {
            if (known.isTop() && (all || document.has(known.name()))) {
                names.add(known.name());
            }
        }
        document.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String origin = origins.getOrDefault(name, "default");
            out.println(name + " = " + secrets.in(name, value(document, name)) + "    (" + origin + note(name) + ")");
        }
    }

    private static JsonNode value(ObjectNode document, String name) {
        JsonNode value = document.path(name);
        Optional<OptionDefinition> known = OptionCatalogue.standard().find(name);
        return value.isMissingNode() && known.isPresent() ? known.get().defaultValue() : value;
    }

    private static String note(String name) {
        Optional<OptionDefinition> known = OptionCatalogue.standard().find(name);
        if (known.isEmpty()) {
            return ", not an option of the server";
        }
        return known.get().state() == OptionDefinition.State.NONE ? ", no effect" : "";
    }

    private void explain(PrintStream out) throws IOException {
        JsonNode value = value(settings.document(), option);
        Optional<OptionDefinition> known = OptionCatalogue.standard().find(option);
        if (value.isMissingNode()) {
            out.println(option + " is neither an option nor in the configuration"
                    + OptionCatalogue.standard()
                            .nearest(option)
                            .map(name -> "; is " + name + " meant?")
                            .orElse(""));
            return;
        }
        out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(secrets.in(option, value)));
        out.println("From: " + settings.origins().getOrDefault(option, "default"));
        known.ifPresent(definition -> {
            out.println("Means: " + definition.meaning());
            out.println("Takes: " + definition.type() + "; default " + definition.defaultValue());
            if (!definition.reason().isEmpty()) {
                out.println("Has no effect: " + definition.reason());
            }
        });
    }
}
