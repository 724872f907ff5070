package dev.shoal.peer;

import dev.shoal.store.FileStamp;
import dev.shoal.store.StoreException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text file of lines that are found by how they begin, and that its owner, and nobody else, may read and edit. Safe
 * for several threads and processes: every change reads, adds and replaces the file under a lock.
 */
final class KeptLines {

    /** What a file held when it looked so. */
    private record Read(FileStamp stamp, List<String> lines) {}

    private final Path file;
    private final int mostLines;
    private final String subject;

    /** Asked with every file that is shared or got. */
    private volatile Read last = new Read(new FileStamp(-1, 0, ""), List.of());

    /**
     * The lines in a file, which need not exist yet. What changed is on the disk when the change returns, so that
     * nothing that was refused or held back before is let through after a power cut.
     *
     * @param mostLines how many are kept; beyond, the oldest go
     * @param subject what they are, in the plural, for sentences
     */
    KeptLines(Path file, int mostLines, String subject) {
        this.file = file;
        this.mostLines = mostLines;
        this.subject = subject;
    }

    /** What follows such a beginning. */
    Optional<String> find(String start) {
        return lines().stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    /** How many there are. */
    int count() {
        return lines().size();
    }

    /** Makes this the line with such a beginning, and the youngest if it is another than before. */
    void replace(String start, String rest) {
        if (!find(start).equals(Optional.of(rest))) {
            change(line -> line.startsWith(start), start + rest);
        }
    }

    /** Takes lines away. Returns whether there were any. */
    boolean remove(Predicate<String> which) {
        boolean found = lines().stream().anyMatch(which);
        if (found) {
            change(which, null);
        }
        return found;
    }

    private void change(Predicate<String> gone, @Nullable String added) {
        try {
            FileChange.of(file, () -> rewrite(gone, added));
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The " + subject + " in " + file + " cannot be changed: " + e.getMessage(),
                    e);
        }
    }

    private void rewrite(Predicate<String> gone, @Nullable String added) throws IOException {
        List<String> lines = new ArrayList<>(lines());
        lines.removeIf(gone);
        if (added != null) {
            lines.add(added);
        }
        List<String> kept = List.copyOf(lines.subList(Math.max(0, lines.size() - mostLines), lines.size()));
        String text = kept.stream().map(line -> line + "\n").collect(Collectors.joining());
        Path fresh = SecretFile.prepare(file, text);
        Read written = new Read(FileStamp.of(fresh), kept);
        SecretFile.place(fresh, file);
        last = written;
    }

    private List<String> lines() {
        try {
            if (Files.notExists(file)) {
                return List.of();
            }
            FileStamp stamp = FileStamp.of(file);
            Read known = last;
            if (!known.stamp.equals(stamp)) {
                known = new Read(stamp, Files.readAllLines(file, StandardCharsets.UTF_8));
                last = known;
            }
            return known.lines;
        } catch (IOException | StoreException e) {
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
