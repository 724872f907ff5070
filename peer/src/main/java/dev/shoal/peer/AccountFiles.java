package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of accounts that a home keeps: for each index one that it acts for, and one that it is about to act for,
 * that of a sign-up or a recovery that was sent and not answered yet. Which of them counts, the index says. Files that
 * only the owner can read. Safe for several threads and processes: every change is made under a lock.
 */
final class AccountFiles {

    private static final String KEPT = ".account";
    private static final String PENDING = ".pending";

    private final Path folder;
    private final PeerEvents events;
    private volatile boolean warned;

    /** In the folder of a home, which need not exist yet. */
    AccountFiles(Home home, PeerEvents events) {
        this.folder = home.accountsFolder();
        this.events = events;
    }

    /** Whether there is any key for an index. Without it, the index need not be asked who this home is. */
    boolean isEmpty(PeerId index) {
        return Files.notExists(file(index, KEPT)) && Files.notExists(file(index, PENDING));
    }

    /** The account that this home acts for, as far as the home knows. */
    Optional<KeptAccount> kept(PeerId index) {
        return read(file(index, KEPT));
    }

    /** The account that this home was about to act for. */
    Optional<KeptAccount> pending(PeerId index) {
        return read(file(index, PENDING));
    }

    /** Who owns the names at an index that are written without an owner: the account there, else the user. */
    String owner(PeerId index, String user) {
        return isEmpty(index) ? user : kept(index).map(KeptAccount::user).orElse(user);
    }

    /** Whoever may own names that are written without an owner, at whatever index: the user first. */
    List<String> owners(String user) {
        if (Files.notExists(folder)) {
            return List.of(user);
        }
        try (Stream<Path> files = Files.list(folder)) {
            Stream<String> accounts = files.filter(
                            file -> file.getFileName().toString().endsWith(KEPT))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .map(KeptAccount::user);
            return Stream.concat(Stream.of(user), accounts).distinct().toList();
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Notes an account before the index is told that this home is to act for it. */
    void begin(PeerId index, KeptAccount account) {
        change(() -> SecretFile.write(file(index, PENDING), account.encode()));
    }

    /** The index has done what was begun. */
    void settle(PeerId index) {
        change(() -> {
            Files.move(
                    file(index, PENDING),
                    file(index, KEPT),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        });
    }

    /** The index has refused what was begun. */
    void abandon(PeerId index) {
        change(() -> Files.deleteIfExists(file(index, PENDING)));
    }

    /** Keeps an account in place of the one before. */
    void keep(PeerId index, KeptAccount account) {
        change(() -> {
            SecretFile.write(file(index, KEPT), account.encode());
            Files.deleteIfExists(file(index, PENDING));
        });
    }

    /** Removes all that is kept for an index. Returns whether there was an account that this home acted for. */
    boolean remove(PeerId index) {
        if (isEmpty(index)) {
            return false;
        }
        boolean[] was = new boolean[1];
        change(() -> {
            Files.deleteIfExists(file(index, PENDING));
            was[0] = Files.deleteIfExists(file(index, KEPT));
        });
        return was[0];
    }

    /** The recovery codes for an index were shown, and are kept no longer. */
    void codesShown(String indexFingerprint) {
        Path file = folder.resolve(indexFingerprint + KEPT);
        change(() -> {
            Optional<KeptAccount> account = read(file);
            if (account.isPresent() && !account.get().unseenCodes().isEmpty()) {
                SecretFile.write(file, account.get().withoutCodes().encode());
            }
        });
    }

    private Path file(PeerId index, String ending) {
        return folder.resolve(index.fingerprint() + ending);
    }

    private Optional<KeptAccount> read(Path file) {
        try {
            KeptAccount account = KeptAccount.decode(Files.readString(file, StandardCharsets.UTF_8));
            warnOfReaders(file);
            return Optional.of(account);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static PeerException unusable(Path file, IOException e) {
        return new PeerException(
                PeerException.Reason.DISK,
                "The key of an account in " + file + " cannot be used: " + PeerException.reason(e)
                        + ". Restore the file, or remove it and log in again.",
                e);
    }

    private void warnOfReaders(Path file) {
        if (!warned && SecretFile.isOpenToOthers(file)) {
            warned = true;
            events.warning(
                    "The key in " + file + " can be read or written by others, who can then publish in your name."
                            + " Run: chmod 600 '" + file + "'");
        }
    }

    /** Something that changes files. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    private void change(Change change) {
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(folder);
                Home.restrict(folder);
            }
            // Several threads of one process cannot hold the lock of a file at once.
            synchronized (AccountFiles.class) {
                try (FileChannel channel = FileChannel.open(
                                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid()) {
                        change.make();
                    }
                }
            }
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The keys of accounts in " + folder + " cannot be changed: " + PeerException.reason(e)
                            + ". Check who owns the folder, and the disk.",
                    e);
        }
    }
}
