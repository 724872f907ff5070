package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Looks closely when something is written to a file. */
final class Appearance {

    private static final long LOOK_MICROS = 500;

    private Appearance() {}

    /**
     * Waits until a file contains something.
     *
     * @return the moment, in nanoseconds, half a millisecond late at most
     * @throws IOException when it takes longer than it may
     */
    static long await(Path file, Pattern pattern, Duration limit) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        long size = -1;
        while (System.nanoTime() - endNanos < 0) {
            long now = Files.exists(file) ? Files.size(file) : 0;
            if (now != size) {
                long nanos = System.nanoTime();
                size = now;
                if (now > 0 && pattern.matcher(Files.readString(file)).find()) {
                    return nanos;
                }
            }
            TimeUnit.MICROSECONDS.sleep(LOOK_MICROS);
        }
        throw new IOException("no " + pattern + " in " + file + ": "
                + (Files.exists(file) ? Files.readString(file).strip() : "nothing"));
    }
}
