package org.isengard.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * The directory everything of one run is written to, so that several servers can share one read-only distribution.
 *
 * <pre>
 * etc/       settings of Karaf, copied from the distribution; users.properties and the SSH host key are made here
 * data/      bundle cache, temporary files
 * log/       isengard.log and its predecessors; stray.log: what libraries print
 * deploy/    jars dropped here are started
 * ssh-port   port of the shell, once it answers
 * ready      addresses of the server as {@code name=value} lines, once it answers; "pid" is its process
 * fatal      one line, when the server stopped because it could not run as configured
 * shell-wanted   made by bin/client, which cannot wait for a quiet moment
 * lock, pid
 * </pre>
 */
final class RunDirectory {
    private static final String READY = "ready";
    private static final String SHELL_PORT = "ssh-port";

    private final Path home;
    private final Path root;

    RunDirectory(Path home, Path root) {
        this.home = home;
        this.root = root;
    }

    Path root() {
        return root;
    }

    Path shellWanted() {
        return root.resolve("shell-wanted");
    }

    Path lockFile() {
        return root.resolve("lock");
    }

    /** The line left by the bundle that found the configuration impossible, or null. */
    String fatalLine() throws IOException {
        Path file = root.resolve("fatal");
        return Files.exists(file) ? Files.readString(file).strip() : null;
    }

    void create() throws StartFailure {
        try {
            Files.createDirectories(root);
        } catch (IOException failure) {
            throw new StartFailure(
                    "cannot write to " + root + " (choose another directory with ISENGARD_DATA): " + failure);
        }
    }

    /**
     * To be called under the lock: lays out the directory and says where everything is, as system properties.
     *
     * @param shellPort port that the shell will have
     */
    void prepare(int shellPort) throws IOException {
        Files.deleteIfExists(root.resolve("fatal"));
        Files.deleteIfExists(root.resolve(READY));
        Files.deleteIfExists(root.resolve(SHELL_PORT));
        Files.deleteIfExists(shellWanted());
        Path etc = root.resolve("etc");
        Path data = root.resolve("data");
        if (!Files.exists(cacheStamp()) || !Files.readString(cacheStamp()).equals(distribution())) {
            // A cache of another build, of a distribution that stood elsewhere, or of a start that was cut off.
            deleteTree(data.resolve("cache"));
            copyEtc(etc);
        }
        // Left by a run that was killed, or derived anew from the settings at every start.
        deleteTree(data.resolve("tmp"));
        deleteTree(data.resolve("cm"));
        Files.createDirectories(data.resolve("tmp"));
        Files.createDirectories(root.resolve("log"));
        Files.createDirectories(root.resolve("deploy"));
        createUsers(etc.resolve("users.properties"));

        System.setProperty("isengard.fatal", root.resolve("fatal").toString());
        System.setProperty("isengard.ssh.port", Integer.toString(shellPort));
        System.setProperty("karaf.home", home.toString());
        System.setProperty("karaf.base", root.toString());
        System.setProperty("karaf.data", data.toString());
        System.setProperty("karaf.etc", etc.toString());
        System.setProperty("karaf.log", root.resolve("log").toString());
        System.setProperty("karaf.instances", root.resolve("instances").toString());
        System.setProperty("karaf.startLocalConsole", "false");
        System.setProperty("karaf.startRemoteShell", "true");
        System.setProperty("karaf.handle.sigterm", "false");
    }

    /** Called when everything the distribution consists of is installed. */
    void keepCache() throws IOException {
        Files.writeString(cacheStamp(), distribution());
    }

    /** The shell answers on this port. */
    void noteShell(int port) throws IOException {
        writeWhole(SHELL_PORT, port + "\n");
    }

    /** @param addresses at which the server listens, by the kind of the port */
    void noteReady(Map<String, String> addresses) throws IOException {
        StringBuilder lines = new StringBuilder();
        addresses.forEach((kind, address) ->
                lines.append(kind).append('=').append(address).append('\n'));
        lines.append("pid=").append(ProcessHandle.current().pid()).append('\n');
        writeWhole(READY, lines.toString());
    }

    /** {@return the file for all that libraries print to standard error} */
    PrintStream strayOutput() throws IOException {
        return new PrintStream(
                Files.newOutputStream(root.resolve("log").resolve("stray.log")), true, StandardCharsets.UTF_8);
    }

    private Path cacheStamp() {
        return root.resolve("data").resolve("cache-of");
    }

    private String distribution() throws IOException {
        Path startup = home.resolve("etc").resolve("startup.properties");
        return home + "\n" + Files.getLastModifiedTime(startup) + "\n";
    }

    private void copyEtc(Path etc) throws IOException {
        Path source = home.resolve("etc");
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(etc.resolve(source.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = etc.resolve(source.relativize(file).toString());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                // The distribution may be read-only; Karaf rewrites its settings.
                target.toFile().setWritable(true, true);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The shell's only user, with a password that exists nowhere else; readable by the owner alone. */
    private static void createUsers(Path users) throws IOException {
        if (Files.exists(users)) {
            return;
        }
        byte[] secret = new byte[18];
        new SecureRandom().nextBytes(secret);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        String text = "admin = " + password + ",_g_:admingroup\n"
                + "_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh\n";
        Path temporary = Files.createTempFile(
                users.getParent(),
                "users",
                ".tmp",
                PosixFilePermissions.asFileAttribute(
                        Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
        Files.writeString(temporary, text, StandardCharsets.ISO_8859_1);
        Files.move(temporary, users, StandardCopyOption.ATOMIC_MOVE);
    }

    private void writeWhole(String name, String text) throws IOException {
        Path temporary = Files.createTempFile(root, name, ".tmp");
        Files.writeString(temporary, text);
        Files.move(temporary, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    deleteTree(child);
                } else {
                    Files.delete(child);
                }
            }
        }
        Files.delete(directory);
    }
}
