package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts a new file in the place of another one, or of nothing. At any moment, and after any crash, the name has one of
 * the two whole, and what had the name is kept: under the name that was planned for it, or, when somebody wrote to it
 * in the last moment, under one of its own beside the file. Runs on the caller's thread; of one file, one at a time.
 *
 * <p>Where two names can be exchanged in one step, the new file first moves to where the old one is to be kept, and
 * then the two change places: there is no moment at which anything could be overwritten. Elsewhere the old file gets
 * its second name first, by a link, and then the new one is moved over it: whoever saves the file between those two
 * steps, which follow each other at once, by moving another one there loses that. Where there are no links either,
 * it is copied first, and the same holds for whoever writes to it then.
 *
 * <p>Whoever uses this writes the plan down before, and asks {@link #recover} after a crash.
 */
final class Replacement {

    /**
     * What is to be done; all that must be known to finish or undo it.
     *
     * @param file the name that gets the new file
     * @param incoming where the new file is: complete and forced, on the same disk
     * @param fresh what the new file looks like
     * @param present what the file looks like that is to be replaced
     * @param replaced its content
     * @param kept the name under which it is kept, free and in a folder that is there
     */
    record Plan(Path file, Path incoming, FileStamp fresh, FileStamp present, ContentId replaced, Path kept) {}

    /**
     * What became of a plan.
     *
     * @param isDone whether the name has, or had, the new file; else everything is as it was
     * @param kept where the replaced file is; null when it was removed by somebody before
     * @param edited where a file is that was written to in the last moment; null when none was
     */
    record Outcome(
            boolean isDone, @Nullable Path kept, @Nullable Path edited) {}

    private final PlacingDisk disk;
    private final Function<Path, ContentId> hashing;

    /**
     * On a disk.
     *
     * @param hashing says what is in a file
     */
    Replacement(PlacingDisk disk, Function<Path, ContentId> hashing) {
        this.disk = disk;
        this.hashing = hashing;
    }

    /**
     * Carries a plan out. Where nothing has the name, the new file gets it, unless something has it at that moment.
     *
     * @throws FileChangedException when the file does not look any more as planned; then nothing has happened
     */
    Outcome carryOut(Plan plan) {
        if (!Files.exists(plan.file, LinkOption.NOFOLLOW_LINKS)) {
            return place(plan);
        }
        if (!looksLike(plan.file, plan.present)) {
            throw changed(plan);
        }
        try {
            takeRights(plan);
            if (!isExchanged(plan)) {
                keep(plan);
                disk.move(plan.incoming, plan.file);
            }
            forceFolders(plan);
            return settle(plan);
        } catch (NoSuchFileException e) {
            if (!Files.exists(plan.file, LinkOption.NOFOLLOW_LINKS)) {
                return place(plan);
            }
            throw Failures.of("cannot replace", plan.file, e);
        } catch (IOException e) {
            throw Failures.of("cannot replace", plan.file, e);
        }
    }

    /** After a crash: finishes what was done, undoes what was only begun. */
    Outcome recover(Plan plan) {
        try {
            if (isTwice(plan)) {
                // Where nothing was, it has got its name already, and may have been written to under it since.
                disk.delete(plan.incoming);
                forceFolders(plan);
                return settle(plan);
            }
            if (looksLike(plan.kept, plan.fresh)) {
                // Before the exchange; or the new file has its name already, and this is its second one.
                boolean placed = looksLike(plan.file, plan.fresh);
                if (placed) {
                    disk.delete(plan.kept);
                } else {
                    disk.move(plan.kept, plan.incoming);
                }
                forceFolders(plan);
                return new Outcome(placed, null, null);
            }
            if (looksLike(plan.incoming, plan.fresh)) {
                if (looksLike(plan.file, plan.fresh)) {
                    disk.delete(plan.incoming);
                    return settle(plan);
                }
                Path edited = dropSecond(plan);
                forceFolders(plan);
                return new Outcome(false, null, edited);
            }
            boolean isDone = looksLike(plan.file, plan.fresh) || Files.exists(plan.kept, LinkOption.NOFOLLOW_LINKS);
            return isDone ? settle(plan) : new Outcome(false, null, null);
        } catch (IOException e) {
            throw Failures.of("cannot replace", plan.file, e);
        }
    }

    /** The new file may be read, written and run by whom the old one could be. */
    private static void takeRights(Plan plan) throws IOException {
        if (!plan.file.getFileSystem().supportedFileAttributeViews().contains("posix")
                || !Files.exists(plan.file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var rights = Files.getPosixFilePermissions(plan.file, LinkOption.NOFOLLOW_LINKS);
        if (!PosixFilePermissions.toString(rights)
                .equals(PosixFilePermissions.toString(Files.getPosixFilePermissions(plan.incoming)))) {
            Files.setPosixFilePermissions(plan.incoming, rights);
        }
    }

    private boolean isExchanged(Plan plan) throws IOException {
        disk.move(plan.incoming, plan.kept);
        disk.force(folder(plan.kept));
        boolean exchanged = false;
        try {
            exchanged = disk.exchange(plan.kept, plan.file);
        } finally {
            if (!exchanged) {
                disk.move(plan.kept, plan.incoming);
            }
        }
        return exchanged;
    }

    /** Gives the old file its second name. */
    private void keep(Plan plan) throws IOException {
        if (!disk.link(plan.kept, plan.file)) {
            Path copy = plan.kept.resolveSibling("copy" + TargetPath.PART_SUFFIX);
            disk.copy(plan.file, copy);
            disk.move(copy, plan.kept);
        }
        disk.force(folder(plan.kept));
        if (!looksLike(plan.file, plan.present)) {
            disk.delete(plan.kept);
            throw changed(plan);
        }
    }

    /** Nothing is there: the new file gets the name if nothing else has it by now. */
    private Outcome place(Plan plan) {
        try {
            if (!disk.link(plan.file, plan.incoming)) {
                if (Files.exists(plan.file, LinkOption.NOFOLLOW_LINKS)) {
                    throw changed(plan);
                }
                disk.move(plan.incoming, plan.file);
            }
            disk.force(folder(plan.file));
            disk.delete(plan.incoming);
            return new Outcome(true, null, null);
        } catch (FileAlreadyExistsException e) {
            throw changed(plan);
        } catch (IOException e) {
            throw Failures.of("cannot replace", plan.file, e);
        }
    }

    private static FileChangedException changed(Plan plan) {
        return new FileChangedException(
                Failures.show(plan.file) + " was written to at the moment when it was to be replaced");
    }

    /** Whether the new file has its name, and still its first one as well. */
    private static boolean isTwice(Plan plan) throws IOException {
        return Files.isRegularFile(plan.incoming, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(plan.file, LinkOption.NOFOLLOW_LINKS)
                && Files.isSameFile(plan.incoming, plan.file);
    }

    /** Looks whether the replaced file is what it was taken for. */
    private Outcome settle(Plan plan) throws IOException {
        if (!Files.exists(plan.kept, LinkOption.NOFOLLOW_LINKS)) {
            return new Outcome(true, null, null);
        }
        return isUnedited(plan) ? new Outcome(true, plan.kept, null) : new Outcome(true, null, setAside(plan));
    }

    /** The second name of a file that still has its first one is of no use; what has only this one is somebody's. */
    private @Nullable Path dropSecond(Plan plan) throws IOException {
        if (!Files.exists(plan.kept, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        boolean second = Files.exists(plan.file, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(plan.kept, plan.file);
        if (second || isUnedited(plan)) {
            disk.delete(plan.kept);
            return null;
        }
        return setAside(plan);
    }

    private Path setAside(Plan plan) throws IOException {
        Path aside = Beside.free(plan.file, "edited here");
        disk.move(plan.kept, aside);
        disk.force(folder(aside));
        return aside;
    }

    /** A copy has another number than what it was made of: then its bytes decide. */
    private boolean isUnedited(Plan plan) {
        if (looksLike(plan.kept, plan.present)) {
            return true;
        }
        try {
            return Files.isRegularFile(plan.kept, LinkOption.NOFOLLOW_LINKS)
                    && FileStamp.of(plan.kept).size() == plan.replaced.length()
                    && hashing.apply(plan.kept).equals(plan.replaced);
        } catch (StoreException unreadable) {
            return false;
        }
    }

    private static boolean looksLike(Path file, FileStamp stamp) {
        return stampOf(file).filter(stamp::equals).isPresent();
    }

    /** Empty when there is no ordinary file of that name. */
    static Optional<FileStamp> stampOf(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(FileStamp.of(file))
                    : Optional.empty();
        } catch (FileAccessException gone) {
            return Optional.empty();
        }
    }

    private void forceFolders(Plan plan) {
        disk.force(folder(plan.kept));
        disk.force(folder(plan.file));
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent(), "an absolute path of a file has a folder");
    }
}
