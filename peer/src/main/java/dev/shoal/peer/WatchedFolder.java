package dev.shoal.peer;

import dev.shoal.content.InvalidFolderException;
import dev.shoal.store.FolderLook;
import dev.shoal.store.StoreException;
import dev.shoal.store.Writers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is watched, with everything in it. Each look goes through all of it, without reading any file. Of very
 * many folders only some are watched by the system; what changes in the others is found by the next look. Thread-safe.
 */
final class WatchedFolder implements Watched {

    /** For how many folders the system is asked: on Linux each user has some thousands at least. */
    static final int MOST_FOLDERS = 4_096;

    /** Looking takes this part of the time at most, where nothing else makes it look. */
    private static final int LOOKING_PART = 50;

    /** Who has just looked need not look again before reading: what changes in so short a time shows afterwards. */
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path path;
    private final int most;
    private volatile @Nullable FolderLook seen;
    private volatile @Nullable FolderLook published;
    private volatile long lookMillis;
    private volatile long lookedNanos;

    WatchedFolder(Path path) {
        this(path, MOST_FOLDERS);
    }

    /** With a limit of one's own. */
    WatchedFolder(Path path, int most) {
        this.path = path;
        this.most = most;
    }

    /** It was published, as it looked when it was hashed. */
    Look published(FolderLook look) {
        published = look;
        return new Look(look, false);
    }

    /** What it looked like a moment ago; empty when that is too long ago. */
    Optional<FolderLook> recent() {
        boolean isRecent = System.nanoTime() - lookedNanos < RECENT_NANOS;
        return isRecent ? Optional.ofNullable(seen) : Optional.empty();
    }

    /** Whether there are more folders in it than the system watches. */
    boolean isTooLarge() {
        FolderLook look = seen;
        return look != null && look.folders().size() > most;
    }

    @Override
    public Optional<Look> look() {
        if (!Files.isDirectory(path)) {
            return Optional.empty();
        }
        long beganNanos = System.nanoTime();
        try {
            FolderLook look = FolderLook.of(path);
            lookedNanos = beganNanos;
            seen = look;
            FolderLook before = published;
            // What was published is not about to be written, whatever is empty in it.
            boolean isEmptied = before == null ? look.isEmpty() : look.hasEmptied(before);
            return Optional.of(new Look(look, isEmptied && !Objects.equals(look, before)));
        } catch (InvalidFolderException | StoreException e) {
            // Whoever publishes it says what is wrong with it.
            return Files.isDirectory(path)
                    ? Optional.of(new Look(String.valueOf(e.getMessage()), false))
                    : Optional.empty();
        } finally {
            lookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
        }
    }

    /** Of what was published already, nobody is asked. */
    @Override
    public boolean isOpen() {
        FolderLook look = seen;
        FolderLook before = published;
        if (look == null) {
            return false;
        }
        return (before == null ? look.files() : look.changedFiles(before))
                .stream().anyMatch(file -> Writers.of(file) == Writers.Answer.SOME);
    }

    /** While it is not there, the folder in which it comes back; else what happens in that is no matter. */
    @Override
    public Set<Path> folders() {
        Set<Path> folders = new HashSet<>();
        Path parent = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(path)) {
            return parent != null && Files.isDirectory(parent) ? Set.of(parent) : Set.of();
        }
        FolderLook look = seen;
        if (look == null) {
            folders.add(path);
        } else {
            look.folders().stream().limit(most).forEach(folders::add);
        }
        return folders;
    }

    @Override
    public long slowlyMillis() {
        return Math.max(Lookout.SLOWLY_MILLIS, LOOKING_PART * lookMillis);
    }
}
