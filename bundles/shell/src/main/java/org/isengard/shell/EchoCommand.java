package org.isengard.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.IsengardException;
import org.isengard.api.net.DicomNetwork;

/** Calls one modality, or all of them. */
@Service
@Command(scope = "isengard", name = "echo", description = "Calls a DICOM modality by C-ECHO, or each of them")
public final class EchoCommand extends ServerCommand {
    @Argument(name = "modality", description = "Its name; all where none is given")
    private String modality;

    private DicomNetwork network;

    @Override
    void run() throws InterruptedException {
        network = service(DicomNetwork.class);
        if (modality != null) {
            echo(modality);
        } else {
            network.modalities().forEach(one -> echo(one.name()));
        }
    }

    private void echo(String name) {
        try {
            session()
                    .getConsole()
                    .println(name + ": answers within " + network.echo(name).toMillis() + " ms");
        } catch (IsengardException e) {
            session().getConsole().println(name + ": " + e.details());
        }
    }
}
