package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import java.io.IOException;
import java.net.URLEncoder;
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
 * The keys that were met before, as SSH remembers hosts: each line names an index by its address, or an owner of names
 * by index and first component, and the fingerprint that it had. A text file that people may read and edit. Safe for
 * several threads and processes: every change reads, adds and replaces the file under a lock.
 */
public final class KnownKeys {

    /** More lines than anybody needs; beyond, the oldest go. */
    static final int MAX_LINES = 10_000;

    private final Path file;

    /** The keys in a file, which need not exist yet. */
    public KnownKeys(Path file) {
        this.file = file;
    }

    /** The fingerprint that the index at this address had. */
    public Optional<String> index(String address) {
        return find("index " + address + " ");
    }

    /** The fingerprint of whoever owned the first component at an index. */
    public Optional<String> owner(PeerId index, String owner) {
        return find(ownerLine(index, owner));
    }

    /** Remembers an index. */
    public void rememberIndex(String address, PeerId id) {
        replace("index " + address + " ", id.fingerprint());
    }

    /** Remembers an owner. */
    public void rememberOwner(PeerId index, String owner, PeerId id) {
        replace(ownerLine(index, owner), id.fingerprint());
    }

    /** Forgets an index, so that the next one met at the address is believed. Returns whether it was known. */
    public boolean forgetIndex(String address) {
        boolean known = index(address).isPresent();
        if (known) {
            change("index " + address + " ", null);
        }
        return known;
    }

    private static String ownerLine(PeerId index, String owner) {
        return "owner " + index.fingerprint() + " " + URLEncoder.encode(owner, StandardCharsets.UTF_8) + " ";
    }

    private Optional<String> find(String start) {
        return lines().stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    private void replace(String start, String fingerprint) {
        if (!find(start).equals(Optional.of(fingerprint))) {
            change(start, start + fingerprint);
        }
    }

    private void change(String start, @Nullable String added) {
        try {
            Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
            synchronized (KnownKeys.class) {
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
                    "The known keys in " + file + " cannot be changed: " + e.getMessage(),
                    e);
        }
    }

    private void rewrite(String start, @Nullable String added) throws IOException {
        List<String> lines = new ArrayList<>(lines());
        lines.removeIf(line -> line.startsWith(start));
        if (added != null) {
            lines.add(added);
        }
        List<String> kept = lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size());
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
                    "The known keys in " + file + " cannot be read: " + reason
                            + ". Without them nobody can tell a changed key from the right one;"
                            + " restore the file, or remove it to believe everybody anew.",
                    e);
        }
    }
}
