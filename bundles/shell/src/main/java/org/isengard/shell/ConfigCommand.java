package org.isengard.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.IsengardException;
import org.isengard.api.config.Settings;

/** Shows the configuration in force without its passwords, or reads the file again. */
@Service
@Command(
        scope = "isengard",
        name = "config",
        description = "Shows the configuration in force (passwords hidden), or reads the file again")
public final class ConfigCommand extends ServerCommand {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HIDDEN = "***";

    @Option(name = "--reload", description = "Read the configuration file again and apply what changed")
    private boolean reload;

    @Argument(name = "option", description = "Show only this option or section")
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
            return;
        }
        JsonNode shown = hide("", settings.document());
        if (option != null) {
            shown = shown.path(option);
        }
        out.println(
                shown.isMissingNode()
                        ? option + " is not in the configuration: its default is in force"
                        : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shown));
    }

    /** Users map names to passwords, peers may be lists with the password in the third place. */
    private static JsonNode hide(String name, JsonNode node) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.contains("password") || lower.contains("secret") || lower.contains("token")) {
            return TextNode.valueOf(HIDDEN);
        }
        if (node instanceof ObjectNode object) {
            ObjectNode shown = JSON.createObjectNode();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode value = field.getValue();
                if (name.equals("RegisteredUsers")) {
                    value = TextNode.valueOf(HIDDEN);
                } else if (name.equals("OrthancPeers") && value.isArray() && value.size() > 2) {
                    value = JSON.createArrayNode()
                            .add(value.get(0))
                            .add(value.get(1))
                            .add(HIDDEN);
                } else {
                    value = hide(field.getKey(), value);
                }
                shown.set(field.getKey(), value);
            }
            return shown;
        }
        return node;
    }
}
