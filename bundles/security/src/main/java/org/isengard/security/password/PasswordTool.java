package org.isengard.security.password;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** {@code bin/isengard password}: reads a password from the terminal, or a line of standard input, and prints its hash. */
public final class PasswordTool {
    private PasswordTool() {}

    /** No arguments: those of a process can be seen by other users of the machine. */
    public static void main(String[] args) throws IOException {
        String password = read(System.console());
        if (password == null || password.isEmpty()) {
            System.err.println("isengard: no password, or two different ones");
            System.exit(1);
        }
        System.out.println(Argon2Hash.of(password));
    }

    private static String read(Console console) throws IOException {
        if (console == null) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        }
        char[] first = console.readPassword("Password: ");
        char[] second = console.readPassword("Again: ");
        return first == null || second == null || !new String(first).equals(new String(second))
                ? null
                : new String(first);
    }
}
