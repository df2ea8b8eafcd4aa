package org.isengard.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.security.AuditLog;

/** Verifies that nobody has changed the files of the audit. */
@Service
@Command(scope = "isengard", name = "audit", description = "Verifies the chain of hashes of the audit")
public final class AuditCommand extends ServerCommand {
    @Override
    void run() throws InterruptedException {
        service(AuditLog.class).verify().forEach(session().getConsole()::println);
    }
}
