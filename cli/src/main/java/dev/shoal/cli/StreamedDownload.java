package dev.shoal.cli;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A download that is passed on to standard output while it runs: the peer writes a file in rising order, a thread of
 * its own copies what is verified, so that a slow reader does not hold up the peer's threads, and the file is deleted
 * at the end.
 */
final class StreamedDownload {

    /** Large enough that a copy costs nothing, small enough to be in the cache. */
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Surroundings surroundings;
    private final Output output;
    private final Object changed = new Object();

    private long verifiedBytes;
    private boolean ended;
    private boolean readerLeft;
    private @Nullable PeerException failure;
    private @Nullable String summary;

    StreamedDownload(Surroundings surroundings, Output output) {
        this.surroundings = surroundings;
        this.output = output;
    }

    /** Downloads; returns the exit code. */
    int run(GetCommand command, @Nullable String index, String target) {
        Path file = prepare(surroundings.home());
        Thread copier = Thread.ofPlatform().name("copier").start(() -> copy(file));
        int exit;
        try {
            Request request = new Request.Get(
                    index, target, file.toString(), false, true, command.wait, command.limit, command.alike());
            exit = command.ask(output, command.choices(index), request, this::follow);
        } finally {
            end();
            join(copier);
            delete(file);
        }
        synchronized (changed) {
            if (failure != null) {
                throw failure;
            }
            if (readerLeft) {
                return ExitCode.OUTPUT_CLOSED;
            }
            if (summary != null && exit == ExitCode.DONE) {
                // Not before the last byte was written.
                output.said(Level.INFO, summary);
            }
            return exit;
        }
    }

    private static Path prepare(Home home) {
        Path folder = home.create().partialFolder();
        try {
            SecretFile.createFolders(folder);
        } catch (IOException e) {
            throw Mistake.disk("The folder " + folder + " cannot be made", e);
        }
        return folder.resolve(
                "stream-" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36));
    }

    private void follow(Report report) {
        switch (report) {
            case Report.Progress progress -> verified(progress.doneBytes());
            case Report.Got got -> {
                synchronized (changed) {
                    summary = summary(got);
                }
                verified(got.bytes());
                return;
            }
            default -> {
                // Told like in any download.
            }
        }
        output.report(report);
    }

    private void verified(long bytes) {
        synchronized (changed) {
            verifiedBytes = Math.max(verifiedBytes, bytes);
            changed.notifyAll();
        }
    }

    private void end() {
        synchronized (changed) {
            ended = true;
            changed.notifyAll();
        }
    }

    private void copy(Path file) {
        try {
            long available = awaitMore(0);
            if (available > 0) {
                try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
                    copy(source, available);
                }
            }
        } catch (IOException e) {
            stop(Mistake.disk("The temporary file " + file + " cannot be read", e));
        }
    }

    private void copy(FileChannel source, long firstAvailable) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long copied = 0;
        long available = firstAvailable;
        while (copied < available) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), available - copied));
            int read = source.read(buffer, copied);
            if (read <= 0) {
                throw new IOException("it ends before what was verified");
            }
            if (!write(buffer.array(), read)) {
                return;
            }
            copied += read;
            if (copied == available) {
                available = awaitMore(copied);
            }
        }
    }

    private boolean write(byte[] bytes, int length) {
        try {
            surroundings.output().write(bytes, 0, length);
            surroundings.output().flush();
            return true;
        } catch (IOException e) {
            stop(ExitCode.isReaderGone(e) ? null : Mistake.disk("Standard output cannot be written", e));
            return false;
        }
    }

    private void stop(@Nullable PeerException cause) {
        synchronized (changed) {
            failure = cause;
            readerLeft = cause == null;
        }
        surroundings.interruption().cancellation().cancel();
    }

    static String summary(Report.Got got) {
        int used = got.sourcesUsed().size();
        return HumanText.size(got.bytes()) + " in " + HumanText.millis(got.millis()) + " from "
                + (used == 0 ? "this machine" : HumanText.count(used, "source", "sources")) + ", verified.";
    }

    /** Waits for more than was copied; returns how much there is, which is not more when the download has ended. */
    private long awaitMore(long copied) {
        synchronized (changed) {
            while (verifiedBytes <= copied && !ended) {
                try {
                    changed.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return copied;
                }
            }
            // Whoever stopped the download does not want the rest of what came.
            return surroundings.interruption().isInterrupted() ? copied : verifiedBytes;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Mistake.disk("The temporary file " + file + " cannot be deleted", e);
        }
    }
}
