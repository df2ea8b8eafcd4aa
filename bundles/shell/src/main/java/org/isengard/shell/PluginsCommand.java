package org.isengard.shell;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.isengard.api.plugin.InstalledPlugin;
import org.isengard.api.plugin.Plugins;

/** Lists the plugins, and for those that do not work why. */
@Service
@Command(scope = "isengard", name = "plugins", description = "Lists the plugins, and why those that do not work do not")
public final class PluginsCommand implements Action {
    @Reference
    private Plugins plugins;

    @Reference
    private Session session;

    @Override
    public Object execute() {
        PrintStream out = session.getConsole();
        for (InstalledPlugin plugin : plugins.all()) {
            out.printf("%-12s %-24s %-12s %s%n", plugin.state(), plugin.id(), plugin.version(), plugin.bundle());
            plugin.reasons().forEach(reason -> out.println("             " + reason));
        }
        return null;
    }
}
