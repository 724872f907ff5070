package dev.shoal.peer;

import dev.shoal.store.HashProgress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells how hashing goes, some times a second. For one thread at a time. */
final class HashingReports implements HashProgress {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final String path;
    private final long totalBytes;
    private final Consumer<Report> reports;
    private long lastNanos = System.nanoTime();

    HashingReports(Path path, long totalBytes, Consumer<Report> reports) {
        this.path = path.toString();
        this.totalBytes = totalBytes;
        this.reports = reports;
    }

    @Override
    public void hashed(long bytes) {
        long now = System.nanoTime();
        if (now - lastNanos > PAUSE_NANOS) {
            lastNanos = now;
            reports.accept(new Report.Hashing(path, bytes, totalBytes));
        }
    }
}
