package org.isengard.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isengard.api.net.DicomNetwork;

/** Shows who is connected by DICOM, since when, and how much went over the network. */
@Service
@Command(scope = "isengard", name = "associations", description = "Lists the DICOM associations that peers have opened")
public final class AssociationsCommand extends ServerCommand {
    private static final double MEGABYTE = 1 << 20;

    private DicomNetwork network;

    @Override
    void run() throws InterruptedException {
        network = service(DicomNetwork.class);
        var table = new ShellTable();
        table.column("From");
        table.column("To");
        table.column("Address");
        table.column("Seconds").alignRight();
        table.column("Messages").alignRight();
        table.column("MB in").alignRight();
        table.column("MB out").alignRight();
        for (DicomNetwork.Connected one : network.associations()) {
            table.addRow()
                    .addContent(
                            one.callingAet(),
                            one.calledAet(),
                            one.address().getAddress().getHostAddress() + ":"
                                    + one.address().getPort(),
                            Duration.between(one.since(), Instant.now()).toSeconds(),
                            one.messages(),
                            String.format(Locale.ROOT, "%.1f", one.received() / MEGABYTE),
                            String.format(Locale.ROOT, "%.1f", one.sent() / MEGABYTE));
        }
        table.print(session().getConsole());
    }
}
