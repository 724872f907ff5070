package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A process that is started again when it has ended, however that was. For one thread. */
final class Victim implements AutoCloseable {

    private final String name;
    private final Map<String, String> environment;
    private final List<String> command;
    private @Nullable LongProcess process;
    private final Path log;
    private long restartNanos = System.nanoTime();

    /**
     * Nothing runs before the first {@link #tend}.
     *
     * @param folder takes what its processes write
     */
    Victim(String name, Path folder, Map<String, String> environment, List<String> command) {
        this.name = name;
        this.environment = environment;
        this.command = command;
        this.log = folder.resolve(name + ".log");
    }

    /** Whether a process of it runs. */
    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /**
     * Starts a process when none runs and the pause is over.
     *
     * @return what the last one ended with, once, when it ended by itself
     */
    OptionalInt tend(long nowNanos) throws IOException {
        if (process != null && !process.isAlive()) {
            int exit = process.exitCode();
            process.close();
            process = null;
            restartNanos = nowNanos;
            return OptionalInt.of(exit);
        }
        if (process == null && nowNanos - restartNanos >= 0) {
            process = LongProcess.start(log, environment, command);
        }
        return OptionalInt.empty();
    }

    /** Kills its process, and leaves it dead for a while. */
    void kill(long pauseNanos) throws InterruptedException {
        LongProcess killed = process;
        if (killed != null) {
            killed.kill();
            killed.close();
            process = null;
            restartNanos = System.nanoTime() + pauseNanos;
        }
    }

    /** It stays dead for a while from now on. */
    void pause(long pauseNanos) {
        restartNanos = System.nanoTime() + pauseNanos;
    }

    /** What its last process wrote. */
    String text() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
