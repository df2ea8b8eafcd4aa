package org.isengard.rest.administration;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of the log as its file has it, without values of data sets (option {@code DeidentifyLogs}).
 *
 * @param time local time of the server, such as {@code 2026-01-31T23:59:59,123}
 * @param level {@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code ERROR} or {@code FATAL}
 * @param logger last part of the name of the class that wrote the entry
 * @param trace the stack trace with its line ends, "" if there is none
 */
record LogLine(String time, String level, String thread, String logger, String message, String trace) {
    static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

    private static final Pattern FIRST = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\dT[\\d:,.]{8,20}) (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) +\\[(.*?)] (\\S+) (.*)");
    private static final int LONGEST = 4_000;

    /** {@return the entry that begins with this line of the file, empty for a line of a stack trace} */
    static Optional<LogLine> parse(String line) {
        Matcher matcher = FIRST.matcher(line);
        return matcher.matches()
                ? Optional.of(new LogLine(
                        matcher.group(1),
                        matcher.group(2),
                        matcher.group(3),
                        matcher.group(4),
                        cut(matcher.group(5)),
                        ""))
                : Optional.empty();
    }

    LogLine withTrace(String text) {
        return new LogLine(time, level, thread, logger, message, cut(text));
    }

    boolean isAtLeast(String minimum) {
        return LEVELS.indexOf(level) >= LEVELS.indexOf(minimum);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
