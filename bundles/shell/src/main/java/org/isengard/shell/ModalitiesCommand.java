package org.isengard.shell;

import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isengard.api.net.DicomNetwork;

/** Lists the modalities that are declared. */
@Service
@Command(scope = "isengard", name = "modalities", description = "Lists the DICOM modalities and what they may do")
public final class ModalitiesCommand extends ServerCommand {
    private DicomNetwork network;

    @Override
    void run() throws InterruptedException {
        network = service(DicomNetwork.class);
        var table = new ShellTable();
        table.column("Name");
        table.column("AET");
        table.column("Address");
        table.column("TLS");
        table.column("May");
        for (DicomNetwork.Remote one : network.modalities()) {
            table.addRow()
                    .addContent(
                            one.name(),
                            one.aet(),
                            one.host() + ":" + one.port(),
                            one.tls() ? "yes" : "no",
                            String.join(" ", new TreeSet<>(one.allowed())));
        }
        table.print(session().getConsole());
    }
}
