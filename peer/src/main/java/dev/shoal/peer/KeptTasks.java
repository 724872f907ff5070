package dev.shoal.peer;

import dev.shoal.store.StoreException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a home in a file: a JSON object a line, of which the last of a number counts, and {@code - NUMBER} where
 * one ended. A change adds a line, so that the twenty thousandth costs as much as the first; when what counts no longer
 * is more than the rest, only the rest is written anew. A line that a power cut left in part is left out, and a
 * copy of the file kept. For the process that holds the home's lock; thread-safe.
 */
final class KeptTasks implements AutoCloseable {

    /** What the copy of a file is called that has lines which cannot be read. */
    static final String BROKEN = ".broken";

    private static final String GONE = "- ";

    /** Below, it is not worth to write the file anew. */
    private static final int LEAST_SUPERSEDED = 1_000;

    private final Path file;
    private final PeerEvents events;
    private @Nullable FileChannel out;
    private final Map<Long, KeptTask> live = new LinkedHashMap<>();
    private int lines;

    KeptTasks(Path file, PeerEvents events) {
        this.file = file;
        this.events = events;
    }

    /**
     * Reads what is there, and is ready to add.
     *
     * @throws PeerException when the file cannot be read or written
     */
    synchronized List<KeptTask> open() {
        try {
            SecretFile.createIfAbsent(file);
            read();
            out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            compact();
            return List.copyOf(live.values());
        } catch (IOException | StoreException e) {
            throw failed(e);
        }
    }

    /** Most of a start is spent here where a home has very many, so that all processors take part. */
    private void read() throws IOException {
        // Not as lines: half a letter at the end of a torn one would make all of them unreadable.
        byte[] bytes = Files.readAllBytes(file);
        List<String> all = new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        lines = all.size();
        List<Optional<Line>> read =
                all.parallelStream().map(KeptTasks::readLine).toList();
        read.forEach(line -> line.ifPresent(known -> known.apply(live)));
        long broken = read.stream().filter(Optional::isEmpty).count();
        if (broken > 0) {
            // Before they are left out for good, when the file is written anew.
            Path copy = file.resolveSibling(file.getFileName() + BROKEN);
            SecretFile.createIfAbsent(copy);
            Files.write(copy, bytes);
            events.warning((broken == 1 ? "A line of " : broken + " lines of ") + file
                    + " cannot be read, so that is not taken up again. A copy of the file is in " + copy + ".");
        }
    }

    /**
     * What a line says.
     *
     * @param task null for a task that is no more
     */
    private record Line(long id, @Nullable KeptTask task) {
        void apply(Map<Long, KeptTask> live) {
            if (task == null) {
                live.remove(id);
            } else {
                live.put(id, task);
            }
        }
    }

    private static Optional<Line> readLine(String line) {
        try {
            if (line.startsWith(GONE)) {
                return Optional.of(
                        new Line(Long.parseLong(line.substring(GONE.length()).strip()), null));
            }
            KeptTask task = ControlMessages.readTask(line);
            return Optional.of(new Line(task.id(), task));
        } catch (PeerException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void compact() throws IOException {
        FileChannel open = out;
        if (open == null || lines <= 2 * live.size() + LEAST_SUPERSEDED) {
            return;
        }
        StringBuilder text = new StringBuilder();
        live.values().forEach(task -> text.append(ControlMessages.write(task)).append('\n'));
        SecretFile.write(file, text.toString());
        out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        open.close();
        lines = live.size();
    }

    /** From now on this counts for its number. */
    synchronized void put(KeptTask task) {
        live.put(task.id(), task);
        append(ControlMessages.write(task));
    }

    /** One is no more. */
    synchronized void remove(long id) {
        if (live.remove(id) != null) {
            append(GONE + id);
        }
    }

    private void append(String line) {
        FileChannel channel = out;
        if (channel == null) {
            return;
        }
        try {
            // The line break first as well: it ends what a power cut left in part.
            ByteBuffer bytes = StandardCharsets.UTF_8.encode("\n" + line + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            lines++;
            compact();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** What was added survives a power cut from now on. */
    synchronized void force() {
        try {
            if (out != null) {
                out.force(false);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private PeerException failed(Exception e) {
        return new PeerException(
                PeerException.Reason.DISK,
                "What this home shares and downloads by itself cannot be kept in " + file + ": " + e.getMessage()
                        + ". Check the disk, and who owns the file.",
                e);
    }

    @Override
    public synchronized void close() {
        try {
            if (out != null) {
                force();
                out.close();
                out = null;
            }
        } catch (IOException e) {
            events.warning(String.valueOf(failed(e).getMessage()));
        }
    }
}
