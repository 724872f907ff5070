package dev.shoal.cli;

import dev.shoal.peer.PeerException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Standard input as a file in the home, for as long as it is shared. For one thread at a time. */
final class StandardInput implements AutoCloseable {

    /** How often a wait for input looks whether the person has enough. */
    private static final long LOOK_MILLIS = 50;

    private final Surroundings surroundings;
    private @Nullable Path file;

    private StandardInput(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static StandardInput of(Surroundings surroundings) {
        return new StandardInput(surroundings);
    }

    /**
     * Copies everything up to the end of the input, or up to an interruption.
     *
     * @return the file
     * @throws PeerException when the home cannot hold it
     */
    Path copy() {
        Path folder = surroundings.home().create().partialFolder();
        try {
            SecretFile.createFolders(folder);
            Path copy = Files.createTempFile(folder, "stdin-", "");
            file = copy;
            CompletableFuture<Void> copied = new CompletableFuture<>();
            // A read from a terminal cannot be stopped: it is left to a thread that does not keep the program alive.
            Thread.ofPlatform().daemon().name("stdin").start(() -> copyTo(copy, copied));
            await(copied);
            return copy;
        } catch (IOException e) {
            throw Mistake.disk("Standard input cannot be kept in " + folder, e);
        }
    }

    /** Deletes the file. */
    @Override
    public void close() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw Mistake.disk("The copy of standard input cannot be deleted", e);
        }
    }

    private void copyTo(Path copy, CompletableFuture<Void> copied) {
        try {
            try (OutputStream target = Files.newOutputStream(copy)) {
                surroundings.input().transferTo(target);
            }
            copied.complete(null);
        } catch (IOException e) {
            copied.completeExceptionally(e);
        }
    }

    private void await(CompletableFuture<Void> copied) throws IOException {
        while (!surroundings.interruption().isInterrupted()) {
            try {
                copied.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                // Look whether the person has enough, and wait on.
            } catch (ExecutionException e) {
                throw new IOException(e.getCause() == null ? "unknown" : Mistake.reason(e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
