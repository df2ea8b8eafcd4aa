package org.isengard.scripting.lua;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;

/**
 * The system that Lua's C library sees: a clock, the calendar, two streams to write to, memory. No file, process
 * or variable of the environment can be reached.
 */
final class Emscripten {
    /** Numbers of errors as the C library knows them. */
    private static final int EACCES = 2;

    private static final int EBADF = 8;
    private static final int ENOSYS = 52;
    private static final int EIO = 29;
    private static final int ESPIPE = 70;

    private static final long[] NOTHING = null;
    private static final int MAX_WRITE = 1 << 26;

    private final LuaStreams streams;

    Emscripten(LuaStreams streams) {
        this.streams = streams;
    }

    Map<String, WasmFunctionHandle> functions() {
        return Map.ofEntries(
                Map.entry("abort", (machine, args) -> fail("Lua has no memory left to go on")),
                Map.entry("exit", (machine, args) -> fail("os.exit is not allowed")),
                Map.entry("system", (machine, args) -> result(args[0] == 0 ? 0 : -1)),
                Map.entry("emscripten_date_now", (machine, args) ->
                        new long[] {Double.doubleToRawLongBits(System.currentTimeMillis())}),
                Map.entry("_emscripten_get_now_is_monotonic", (machine, args) -> result(0)),
                Map.entry("emscripten_resize_heap", Emscripten::resize),
                Map.entry("strftime", Emscripten::strftime),
                Map.entry("_mktime_js", Emscripten::mktime),
                Map.entry("_localtime_js", (machine, args) -> calendar(machine, args, ZoneId.systemDefault())),
                Map.entry("_gmtime_js", (machine, args) -> calendar(machine, args, ZoneOffset.UTC)),
                Map.entry("_tzset_js", Emscripten::tzset),
                Map.entry("environ_sizes_get", (machine, args) -> {
                    machine.memory().writeI32((int) args[0], 0);
                    machine.memory().writeI32((int) args[1], 0);
                    return result(0);
                }),
                Map.entry("environ_get", (machine, args) -> result(0)),
                Map.entry("fd_write", this::write),
                Map.entry("fd_read", Emscripten::read),
                Map.entry("fd_close", (machine, args) -> result(0)),
                Map.entry("fd_seek", (machine, args) -> result(ESPIPE)),
                Map.entry("__syscall_openat", (machine, args) -> result(-EACCES)),
                Map.entry("__syscall_fcntl64", (machine, args) -> result(-ENOSYS)),
                Map.entry("__syscall_ioctl", (machine, args) -> result(-ENOSYS)),
                Map.entry("__syscall_dup3", (machine, args) -> result(-ENOSYS)),
                Map.entry("__syscall_unlinkat", (machine, args) -> result(-EACCES)),
                Map.entry("__syscall_rmdir", (machine, args) -> result(-EACCES)),
                Map.entry("__syscall_renameat", (machine, args) -> result(-EACCES)),
                Map.entry("__syscall_readlinkat", (machine, args) -> result(-EACCES)));
    }

    private static long[] result(int value) {
        return new long[] {value};
    }

    private static long[] fail(String message) {
        throw new LuaDied(message, null);
    }

    /** Grows by at least a quarter, so that many small requests do not copy the memory each time. */
    private static long[] resize(Instance machine, long... args) {
        Memory memory = machine.memory();
        long wanted = args[0] & 0xFFFFFFFFL;
        int needed = (int) ((wanted + Memory.PAGE_SIZE - 1) / Memory.PAGE_SIZE) - memory.pages();
        if (needed <= 0) {
            return result(1);
        }
        int generous = Math.min(Math.max(needed, memory.pages() / 2), memory.maximumPages() - memory.pages());
        if (generous >= needed && memory.grow(generous) >= 0) {
            return result(1);
        }
        return result(memory.pages() + needed <= memory.maximumPages() && memory.grow(needed) >= 0 ? 1 : 0);
    }

    private long[] write(Instance machine, long... args) {
        OutputStream to = args[0] == 1 ? streams.out() : args[0] == 2 ? streams.err() : null;
        if (to == null) {
            return result(EBADF);
        }
        Memory memory = machine.memory();
        int total = 0;
        try {
            for (int i = 0; i < (int) args[2]; i++) {
                int vector = (int) args[1] + 8 * i;
                int length = Math.min(memory.readInt(vector + 4), MAX_WRITE);
                to.write(memory.readBytes(memory.readInt(vector), length));
                total += length;
            }
        } catch (IOException e) {
            return result(EIO);
        }
        memory.writeI32((int) args[3], total);
        return result(0);
    }

    /** Standard input is at its end. */
    private static long[] read(Instance machine, long... args) {
        if (args[0] != 0) {
            return result(EBADF);
        }
        machine.memory().writeI32((int) args[3], 0);
        return result(0);
    }

    // ---- struct tm: sec, min, hour, mday, mon, year, wday, yday, isdst, gmtoff ----

    private static long[] calendar(Instance machine, long[] args, ZoneId zone) {
        try {
            writeTm(
                    machine.memory(),
                    (int) args[1],
                    Instant.ofEpochSecond(args[0]).atZone(zone));
        } catch (DateTimeException e) {
            machine.memory().fill((byte) 0, (int) args[1], (int) args[1] + 44);
        }
        return NOTHING;
    }

    private static void writeTm(Memory memory, int tm, ZonedDateTime time) {
        boolean summer = time.getZone().getRules().isDaylightSavings(time.toInstant());
        int[] fields = {
            time.getSecond(),
            time.getMinute(),
            time.getHour(),
            time.getDayOfMonth(),
            time.getMonthValue() - 1,
            time.getYear() - 1900,
            time.getDayOfWeek().getValue() % 7,
            time.getDayOfYear() - 1,
            summer ? 1 : 0,
            time.getOffset().getTotalSeconds()
        };
        for (int i = 0; i < fields.length; i++) {
            memory.writeI32(tm + 4 * i, fields[i]);
        }
    }

    private static LocalDateTime readTm(Memory memory, int tm) {
        // Fields beyond their range count on, as in C.
        return LocalDateTime.of(1900, 1, 1, 0, 0)
                .plusYears(memory.readInt(tm + 20))
                .plusMonths(memory.readInt(tm + 16))
                .plusDays(memory.readInt(tm + 12) - 1L)
                .plusHours(memory.readInt(tm + 8))
                .plusMinutes(memory.readInt(tm + 4))
                .plusSeconds(memory.readInt(tm));
    }

    private static long[] mktime(Instance machine, long... args) {
        Memory memory = machine.memory();
        int tm = (int) args[0];
        try {
            ZonedDateTime time = readTm(memory, tm).atZone(ZoneId.systemDefault());
            writeTm(memory, tm, time);
            return new long[] {time.toEpochSecond()};
        } catch (DateTimeException e) {
            return new long[] {-1};
        }
    }

    private static long[] tzset(Instance machine, long... args) {
        Memory memory = machine.memory();
        ZoneId zone = ZoneId.systemDefault();
        int offset = zone.getRules().getStandardOffset(Instant.now()).getTotalSeconds();
        memory.writeI32((int) args[0], -offset);
        boolean summer = !zone.getRules().isFixedOffset();
        memory.writeI32((int) args[1], summer ? 1 : 0);
        return NOTHING;
    }

    private static long[] strftime(Instance machine, long... args) {
        Memory memory = machine.memory();
        String format = memory.readCString((int) args[2], StandardCharsets.ISO_8859_1);
        byte[] text;
        try {
            text = format(format, readTm(memory, (int) args[3])).getBytes(StandardCharsets.ISO_8859_1);
        } catch (DateTimeException e) {
            return result(0);
        }
        if (text.length + 1L > (args[1] & 0xFFFFFFFFL)) {
            return result(0);
        }
        memory.write((int) args[0], text);
        memory.writeByte((int) args[0] + text.length, (byte) 0);
        return result(text.length);
    }

    private static String format(String format, LocalDateTime time) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char what = format.charAt(++i);
            if ((what == 'E' || what == 'O') && i + 1 < format.length()) {
                what = format.charAt(++i);
            }
            text.append(field(what, time));
        }
        return text.toString();
    }

    /** One conversion of C's strftime in the C locale. */
    private static String field(char what, LocalDateTime time) {
        int weekday = time.getDayOfWeek().getValue();
        return switch (what) {
            case 'a' -> pattern("EEE", time);
            case 'A' -> pattern("EEEE", time);
            case 'b', 'h' -> pattern("MMM", time);
            case 'B' -> pattern("MMMM", time);
            case 'c' ->
                pattern("EEE MMM ", time)
                        + String.format("%2d", time.getDayOfMonth())
                        + pattern(" HH:mm:ss yyyy", time);
            case 'C' -> number(time.getYear() / 100, 2);
            case 'd' -> number(time.getDayOfMonth(), 2);
            case 'D', 'x' -> pattern("MM/dd/yy", time);
            case 'e' -> String.format("%2d", time.getDayOfMonth());
            case 'F' -> pattern("yyyy-MM-dd", time);
            case 'g' -> number(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2);
            case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'H' -> number(time.getHour(), 2);
            case 'I' -> number((time.getHour() + 11) % 12 + 1, 2);
            case 'j' -> number(time.getDayOfYear(), 3);
            case 'm' -> number(time.getMonthValue(), 2);
            case 'M' -> number(time.getMinute(), 2);
            case 'n' -> "\n";
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'r' -> field('I', time) + pattern(":mm:ss ", time) + field('p', time);
            case 'R' -> pattern("HH:mm", time);
            case 's' -> String.valueOf(time.atZone(ZoneId.systemDefault()).toEpochSecond());
            case 'S' -> number(time.getSecond(), 2);
            case 't' -> "\t";
            case 'T', 'X' -> pattern("HH:mm:ss", time);
            case 'u' -> String.valueOf(weekday);
            case 'U' -> number((time.getDayOfYear() + 6 - weekday % 7) / 7, 2);
            case 'V' -> number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case 'w' -> String.valueOf(weekday % 7);
            case 'W' -> number((time.getDayOfYear() + 6 - (weekday + 6) % 7) / 7, 2);
            case 'y' -> number(time.getYear() % 100, 2);
            case 'Y' -> String.valueOf(time.getYear());
            case 'z' -> pattern("xx", time);
            case 'Z' -> pattern("zzz", time);
            case '%' -> "%";
            default -> "%" + what;
        };
    }

    private static String pattern(String pattern, LocalDateTime time) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time.atZone(ZoneId.systemDefault()));
    }

    private static String number(int value, int digits) {
        return String.format("%0" + digits + "d", value);
    }
}
