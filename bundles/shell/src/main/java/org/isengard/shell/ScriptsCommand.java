package org.isengard.shell;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.script.Scripts;

/** Shows the scripts of the server and loads them again. */
@Service
@Command(
        scope = "isengard",
        name = "scripts",
        description = "Shows the scripts of the server and their callbacks; loads them again with --reload")
public final class ScriptsCommand extends ServerCommand {
    @Option(name = "--reload", description = "Load all scripts again; those before stay when one of them fails")
    private boolean reload;

    private Scripts scripts;

    @Override
    void run() throws InterruptedException {
        scripts = service(Scripts.class);
        if (reload) {
            scripts.reload();
        }
        PrintStream out = session().getConsole();
        Scripts.Overview overview = scripts.overview();
        for (Scripts.Status script : overview.scripts()) {
            out.println(script.file() + ": " + (script.error().isEmpty() ? "in force" : "FAILED: " + script.error()));
        }
        out.println("callbacks: " + (overview.callbacks().isEmpty() ? "none" : String.join(" ", overview.callbacks())));
    }
}
