package org.isengard.shell;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.plugin.InstalledPlugin;
import org.isengard.api.plugin.Plugins;

/** Lists the plugins, and for those that do not work why. */
@Service
@Command(scope = "isengard", name = "plugins", description = "Lists the plugins, and why those that do not work do not")
public final class PluginsCommand extends ServerCommand {
    private Plugins plugins;

    @Override
    void run() throws InterruptedException {
        plugins = service(Plugins.class);
        PrintStream out = session().getConsole();
        for (InstalledPlugin plugin : plugins.all()) {
            out.printf("%-12s %-24s %-12s %s%n", plugin.state(), plugin.id(), plugin.version(), plugin.bundle());
            plugin.reasons().forEach(reason -> out.println("             " + reason));
        }
    }
}
