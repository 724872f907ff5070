package dev.shoal.peer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text file of lines that are found by how they begin, and that people may read and edit. Safe for several threads
 * and processes: every change reads, adds and replaces the file under a lock.
 */
final class KeptLines {

    private final Path file;
    private final int mostLines;
    private final String subject;

    /**
     * The lines in a file, which need not exist yet.
     *
     * @param mostLines how many are kept; beyond, the oldest go
     * @param subject what they are, in the plural, for sentences
     */
    KeptLines(Path file, int mostLines, String subject) {
        this.file = file;
        this.mostLines = mostLines;
        this.subject = subject;
    }

    Path file() {
        return file;
    }

    /** What follows such a beginning. */
    Optional<String> find(String start) {
        return lines().stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    /** Makes this the line with such a beginning, and the youngest if it is another than before. */
    void replace(String start, String rest) {
        if (!find(start).equals(Optional.of(rest))) {
            change(start, start + rest);
        }
    }

    /** Takes the line away. */
    void remove(String start) {
        change(start, null);
    }

    private void change(String start, @Nullable String added) {
        try {
            Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
            synchronized (KeptLines.class) {
                try (FileChannel channel =
                                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid()) {
                        rewrite(start, added);
                    }
                }
            }
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The " + subject + " in " + file + " cannot be changed: " + e.getMessage(),
                    e);
        }
    }

    private void rewrite(String start, @Nullable String added) throws IOException {
        List<String> lines = new ArrayList<>(lines());
        lines.removeIf(line -> line.startsWith(start));
        if (added != null) {
            lines.add(added);
        }
        List<String> kept = lines.subList(Math.max(0, lines.size() - mostLines), lines.size());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, kept, StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            String reason = e instanceof CharacterCodingException ? "they are not text in UTF-8" : e.getMessage();
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The " + subject + " in " + file + " cannot be read: " + reason
                            + ". Without them nobody can tell what has changed from what was right before;"
                            + " restore the file, or remove it to believe everybody anew.",
                    e);
        }
    }
}
