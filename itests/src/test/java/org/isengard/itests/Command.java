package org.isengard.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * What a program said.
 *
 * @param status of its exit
 */
record Command(int status, String output) {
    private static final long LIMIT_SECONDS = 120;

    /** The test is skipped where a program is absent. */
    static void assume(String... programs) {
        for (String program : programs) {
            Assumptions.assumeTrue(Checkout.program(program).isPresent(), program + " is not installed");
        }
    }

    static Command run(Path directory, List<String> words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(words.get(0) + " did not end: " + output);
            }
            return new Command(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    static Command run(Path directory, String... words) throws IOException, InterruptedException {
        return run(directory, List.of(words));
    }

    /** The same, where failing is an error. */
    static String succeed(Path directory, String... words) throws IOException, InterruptedException {
        Command command = run(directory, words);
        if (command.status != 0) {
            throw new IOException(String.join(" ", words) + " ended with " + command.status + ": " + command.output);
        }
        return command.output;
    }
}
