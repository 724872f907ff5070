package dev.shoal.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lines from a pipe or a file, without prompts. A thread of its own reads, because a read cannot be given up. */
final class PipedInput implements ShellInput {

    /** Lines that are read ahead; the reader waits when the shell is slower. */
    private static final int AHEAD_LINES = 16;

    /** How often a wait for a line looks whether the shell must end. */
    private static final long LOOK_MILLIS = 50;

    private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(AHEAD_LINES);
    private final Consumer<String> printed;
    private volatile boolean awake;

    PipedInput(InputStream input, Consumer<String> printed) {
        this.printed = printed;
        Thread.ofPlatform().daemon().name("stdin").start(() -> read(input));
    }

    @Override
    public @Nullable String line(String prompt) {
        while (!awake) {
            try {
                Optional<String> line = lines.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    awake = line.isEmpty();
                    return line.orElse(null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return null;
    }

    @Override
    public @Nullable String secret(String prompt) {
        return line(prompt);
    }

    @Override
    public void print(String line) {
        printed.accept(line);
    }

    @Override
    public boolean isTerminal() {
        return false;
    }

    @Override
    public int columns() {
        return Screen.UNLIMITED_COLUMNS;
    }

    @Override
    public void onInterrupt(@Nullable Runnable action) {
        // There is nobody at a keyboard; whoever started the shell stops it as a whole.
    }

    @Override
    public void wake() {
        awake = true;
    }

    @Override
    public void close() {
        wake();
    }

    private void read(InputStream input) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                lines.put(Optional.of(line));
                line = reader.readLine();
            }
            lines.put(Optional.empty());
        } catch (IOException e) {
            awake = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
