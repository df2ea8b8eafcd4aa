package org.isengard.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Properties;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;

/**
 * One SSH connection to the Karaf shell of a server, which stays open from command to command.
 *
 * <p>{@code bin/client} sends the same request, an SSH exec channel, but starts a Java virtual machine for each.
 */
final class ShellSession implements AutoCloseable {
    private static final Duration OPENING = Duration.ofSeconds(30);
    private static final Duration COMMAND = Duration.ofSeconds(60);
    private static final SshClient CLIENT = client();

    private final Path runDirectory;
    private ClientSession session;

    /** @param runDirectory run directory of the server (ISENGARD_DATA), with its SSH port and its password */
    ShellSession(Path runDirectory) {
        this.runDirectory = runDirectory;
    }

    private static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.start();
        return client;
    }

    /**
     * Runs commands, separated by line feeds, and returns what they print on both outputs.
     *
     * @throws IOException when no shell opens, or the commands take longer than a minute
     */
    synchronized String run(String commands) throws IOException, InterruptedException {
        try {
            return attempt(commands);
        } catch (SshException | IllegalStateException closed) {
            // Karaf starts its SSH server anew when it has booted; the commands did not begin.
            if (isUsable()) {
                throw closed;
            }
            return attempt(commands);
        }
    }

    private String attempt(String commands) throws IOException, InterruptedException {
        open();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (ChannelExec channel = session.createExecChannel(commands + "\n")) {
            channel.setIn(InputStream.nullInputStream());
            channel.setOut(output);
            channel.setErr(output);
            channel.open().verify(OPENING);
            if (channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), COMMAND).contains(ClientChannelEvent.TIMEOUT)) {
                throw new IOException("the shell did not end after " + commands + ": " + output);
            }
            if (channel.getExitStatus() == null && output.size() == 0) {
                close();
                throw new SshException("The shell closed the connection before it ran " + commands);
            }
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    /** SSHD throws an IllegalStateException for a channel of a session that is closing and still open. */
    private boolean isUsable() {
        return session != null && session.isOpen() && !session.isClosing();
    }

    /** A server that has just started boots its shell at once when it sees the file shell-wanted, else in a quiet moment. */
    void ask() throws IOException {
        Path wanted = runDirectory.resolve("shell-wanted");
        if (!Files.exists(wanted)) {
            Files.createFile(wanted);
        }
    }

    private void open() throws IOException, InterruptedException {
        if (isUsable()) {
            return;
        }
        close();
        long end = System.nanoTime() + OPENING.toNanos();
        while (true) {
            try {
                ask();
                session = connect();
                return;
            } catch (IOException notYet) {
                close();
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                Thread.sleep(50);
            }
        }
    }

    private ClientSession connect() throws IOException {
        int port = Integer.parseInt(
                Files.readString(runDirectory.resolve("ssh-port")).strip());
        Properties users = new Properties();
        try (InputStream in = Files.newInputStream(runDirectory.resolve("etc/users.properties"))) {
            users.load(in);
        }
        String user = users.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("_g_"))
                .findFirst()
                .orElseThrow(() -> new IOException("no user of the shell in " + runDirectory));
        ClientSession opened =
                CLIENT.connect(user, "127.0.0.1", port).verify(OPENING).getSession();
        try {
            opened.addPasswordIdentity(users.getProperty(user).split(",")[0]);
            opened.auth().verify(OPENING);
            return opened;
        } catch (IOException refused) {
            opened.close(true);
            throw refused;
        }
    }

    @Override
    public void close() {
        if (session != null) {
            session.close(true);
            session = null;
        }
    }
}
