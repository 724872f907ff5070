package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many cores of this machine are busy between two moments, by Linux's own count. Immutable. */
final class BusyCores {

    private static final double TICKS_PER_SECOND = 100;

    private final long busyTicks;
    private final long startNanos = System.nanoTime();

    private BusyCores(long busyTicks) {
        this.busyTicks = busyTicks;
    }

    /** From now on. */
    static BusyCores begin() throws IOException {
        return new BusyCores(ticks());
    }

    /** Until now, on average. */
    double soFar() throws IOException {
        return (ticks() - busyTicks) / TICKS_PER_SECOND / ((System.nanoTime() - startNanos) / 1e9);
    }

    /** The first line counts all cores: user, nice, system, idle, waiting for disks, interrupts, soft ones, stolen. */
    private static long ticks() throws IOException {
        List<String> words =
                List.of(Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1));
        long sum = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            sum += Long.parseLong(words.get(i));
        }
        return sum;
    }
}
