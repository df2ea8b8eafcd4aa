package org.isengard.shell;

import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isengard.api.security.PasswordHash;

/** Asks for a password and prints what the option RegisteredUsers may hold in its place. */
@Service
@Command(scope = "isengard", name = "password", description = "Prints the hash of a password for RegisteredUsers")
public final class PasswordCommand extends ServerCommand {
    @Override
    void run() throws IOException, InterruptedException {
        String password = session().readLine("Password: ", '*');
        if (password == null || password.isBlank()) {
            session().getConsole().println("No password was given");
            return;
        }
        session().getConsole().println(service(PasswordHash.class).hash(password.strip()));
    }
}
