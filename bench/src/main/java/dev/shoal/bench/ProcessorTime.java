package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** How much processor time a process and all that it started have used. */
final class ProcessorTime {

    /** The unit of times in {@code /proc}, the same on every Linux that Java runs on. */
    private static final double TICKS_A_SECOND = 100;

    /** Where the times stand behind the name of the program: those of the process, then those of its children. */
    private static final int FIRST_FIELD = 11;

    private static final int FIELDS = 4;

    private ProcessorTime() {}

    /**
     * Seconds of a process and its descendants. On Linux those that have ended count, too, as soon as who started them
     * has noticed; a server that starts a process for each connection has used nothing itself.
     */
    static double secondsOfTree(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToDouble(ProcessorTime::seconds)
                .sum();
    }

    private static double seconds(ProcessHandle process) {
        try {
            return seconds(Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat")));
        } catch (IOException notThere) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
        }
    }

    /** Seconds of a line as {@code /proc/PID/stat} has it: in user and system mode, with those of ended children. */
    static double seconds(String line) {
        // The name is in parentheses and may have blanks and parentheses itself.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = 0; i < FIELDS; i++) {
            ticks += Long.parseLong(fields[FIRST_FIELD + i]);
        }
        return ticks / TICKS_A_SECOND;
    }
}
