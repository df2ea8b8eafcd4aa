package org.isengard.index.rows;

import java.time.Clock;
import java.time.LocalDateTime;

/** Times as numbers {@code yyyyMMddHHmmss} in local time, which sort as the times do, and as Orthanc's text. */
public final class Timestamps {
    private static final long DAY = 1_000_000;

    private Timestamps() {}

    public static long now(Clock clock) {
        LocalDateTime now = LocalDateTime.now(clock);
        long date = now.getYear() * 10_000L + now.getMonthValue() * 100L + now.getDayOfMonth();
        return date * DAY + now.getHour() * 10_000L + now.getMinute() * 100L + now.getSecond();
    }

    /** {@return {@code yyyyMMdd'T'HHmmss}} */
    public static String toText(long timestamp) {
        StringBuilder text = new StringBuilder(15);
        pad(text, timestamp / DAY, 8);
        text.append('T');
        pad(text, timestamp % DAY, 6);
        return text.toString();
    }

    private static void pad(StringBuilder out, long number, int digits) {
        String text = Long.toString(number);
        out.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
    }
}
