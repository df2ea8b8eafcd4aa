package org.isengard.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.rest.kit.Features;

/** Lists the routes of the REST API and which feature answers each. */
@Service
@Command(scope = "isengard", name = "routes", description = "Lists the routes of the REST API and who answers them")
public final class RoutesCommand extends ServerCommand {
    private record Line(String route, String feature, boolean hidden) {}

    @Argument(name = "text", description = "Show only routes that contain this text, such as /jobs or DELETE")
    private String text = "";

    private Features features;

    @Override
    void run() throws InterruptedException {
        features = service(Features.class);
        PrintStream out = session().getConsole();
        List<Line> lines = new ArrayList<>();
        // Features of higher ranking come first and hide the same route of the others.
        for (Features.Present feature : features.present()) {
            for (String route : feature.filter().routes().templates()) {
                if (route.contains(text) || feature.name().equals(text)) {
                    boolean hidden = lines.stream().anyMatch(line -> line.route.equals(route));
                    lines.add(new Line(route, feature.name(), hidden));
                }
            }
        }
        lines.sort((a, b) -> path(a.route).compareTo(path(b.route)));
        for (Line line : lines) {
            out.printf("%-60s %s%s%n", line.route, line.feature, line.hidden ? " (overridden)" : "");
        }
    }

    private static String path(String route) {
        return route.substring(route.indexOf(' ') + 1);
    }
}
