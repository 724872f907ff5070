package dev.shoal.cli;

import dev.shoal.peer.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Secrets that a program writes, one a line. What follows the lines that are asked for stays unread. One thread. */
final class LineSecrets implements SecretInput {

    /** As many bytes as the longest one that is taken may have, and one character more. */
    private static final int MAX_LINE_BYTES = 4 * (Secret.MAX_CHARACTERS + 1);

    /** How often a wait for input looks whether the person has enough. */
    private static final long LOOK_MILLIS = 50;

    private final InputStream input;
    private final Interruption interruption;

    LineSecrets(InputStream input, Interruption interruption) {
        this.input = input;
        this.interruption = interruption;
    }

    @Override
    public @Nullable String ask(String prompt) {
        CompletableFuture<Optional<String>> line = new CompletableFuture<>();
        // A read cannot be given up: it is left to a thread that does not keep the program alive.
        Thread.ofPlatform().daemon().name("stdin").start(() -> read(line));
        while (!interruption.isInterrupted()) {
            try {
                return line.get(LOOK_MILLIS, TimeUnit.MILLISECONDS).orElse(null);
            } catch (TimeoutException e) {
                // Look whether the person has enough, and wait on.
            } catch (ExecutionException e) {
                throw Mistake.disk("Standard input cannot be read", new IOException(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return null;
    }

    @Override
    public boolean isTerminal() {
        return false;
    }

    private void read(CompletableFuture<Optional<String>> line) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int next = input.read();
            boolean ended = next < 0;
            while (next >= 0 && next != '\n' && bytes.size() < MAX_LINE_BYTES) {
                bytes.write(next);
                next = input.read();
            }
            String text = bytes.toString(StandardCharsets.UTF_8);
            line.complete(
                    ended
                            ? Optional.empty()
                            : Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
        } catch (IOException e) {
            line.completeExceptionally(e);
        }
    }
}
