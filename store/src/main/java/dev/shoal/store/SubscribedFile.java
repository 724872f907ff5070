package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file of a subscription, with what is kept of it: puts versions there or beside it, and brings old ones back. What
 * a person made of the file is never overwritten and never removed. Each step is written down in the list before and
 * after, so that {@link #recover} puts right what a crash interrupted. Decides nothing about versions, and fetches
 * nothing. Not thread-safe: of one subscription, one at a time.
 */
public final class SubscribedFile implements Subscribed {

    /** The folder beside the file that has replaced versions, and new ones until they are complete. */
    public static final String HISTORY_FOLDER = ".shoal-history";

    private final SubscriptionList list;
    private final FileHasher hasher;
    private final Consumer<Path> setAside;
    private final Replacement replacement;
    private final OtherFiles others;
    private @Nullable ContentId fetching;

    /** Others may look at it at any time. */
    private volatile Subscription subscription;

    /**
     * A version that was put somewhere.
     *
     * @param file where it is
     * @param kept where the file is that it took the place of; null when there is none
     */
    public record Placed(HashedFile file, @Nullable Path kept) {}

    /**
     * Of a subscription in a list.
     *
     * @param setAside is told where a file is that somebody wrote to in the moment in which it was replaced
     */
    public SubscribedFile(
            SubscriptionList list, Subscription subscription, FileHasher hasher, Consumer<Path> setAside) {
        this(list, subscription, hasher, setAside, PlacingDisk.REAL);
    }

    /** On a disk that a test can end at any step. */
    SubscribedFile(
            SubscriptionList list,
            Subscription subscription,
            FileHasher hasher,
            Consumer<Path> setAside,
            PlacingDisk disk) {
        this.list = list;
        this.subscription = subscription;
        this.hasher = hasher;
        this.setAside = setAside;
        this.replacement = new Replacement(disk, file -> hasher.hash(file).id());
        this.others = new OtherFiles(list, hasher);
    }

    @Override
    public Subscription subscription() {
        return subscription;
    }

    @Override
    public boolean keepsReplaced() {
        return !replaced().isEmpty();
    }

    /** Replaced versions that are kept, the oldest first. */
    public List<OtherFile> replaced() {
        return others.of(subscription, OtherFile.Kind.REPLACED);
    }

    /** Newer versions that stand beside the file, the oldest first. */
    public List<OtherFile> beside() {
        return others.of(subscription, OtherFile.Kind.BESIDE);
    }

    @Override
    public void recover() {
        Optional<PendingReplacement> pending = list.pending(subscription);
        if (pending.isPresent()) {
            end(pending.get(), replacement.recover(pending.get().plan()));
        }
    }

    /** Looks what is there. Takes the time of hashing the file when it does not look as it did. */
    public LocalState look() {
        Path file = subscription.file();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return LocalState.MISSING;
        }
        Optional<FileStamp> stamp = Replacement.stampOf(file);
        if (stamp.isEmpty()) {
            return LocalState.IN_THE_WAY;
        }
        Subscription.Present present = subscription.present();
        if (present != null && present.stamp().equals(stamp.get())) {
            return new LocalState(LocalState.Kind.AS_PUT, stamp.get(), present.content());
        }
        HashedFile hashed = hasher.hash(file);
        if (present != null && present.content().equals(hashed.id())) {
            present = new Subscription.Present(present.number(), hashed.id(), hashed.stamp(), present.role());
            change(subscription.with(subscription.seen(), present));
            return new LocalState(LocalState.Kind.AS_PUT, hashed.stamp(), hashed.id());
        }
        return new LocalState(LocalState.Kind.EDITED, hashed.stamp(), hashed.id());
    }

    /** Declares that what is there is a version. */
    public void adopt(int number, LocalState local) {
        FileStamp stamp = local.stamp();
        ContentId content = local.content();
        if (stamp == null || content == null) {
            throw new IllegalArgumentException("only a file is a version, not what is " + local.kind());
        }
        changePresent(Math.max(number, subscription.seen()), number, content, stamp);
    }

    /** Declares that a version was dealt with, whatever is there. */
    public void pass(int number) {
        change(subscription.with(Math.max(number, subscription.seen()), subscription.present()));
    }

    /** Notes that it is in step now. */
    public void synced(long nowMillis, long savedBytes) {
        change(subscription.synced(nowMillis, savedBytes));
    }

    @Override
    public void under(Subscription.Terms terms) {
        change(subscription.under(terms));
    }

    /**
     * Begins to fetch a version, or goes on: whatever of it is here already is in there. What has come of another one
     * is given up.
     */
    public PartialFile open(ContentId content, HashProgress progress) {
        makeHistory(this);
        ContentId before = fetching;
        if (before != null && !before.equals(content)) {
            Folders.deleteQuietly(history().resolve(before + TargetPath.PART_SUFFIX));
        }
        fetching = content;
        PartialFile part = PartialFile.openNameless(history(), content, hasher, progress);
        boolean filled = false;
        try {
            others.fill(subscription, part);
            filled = true;
            return part;
        } finally {
            if (!filled) {
                part.close();
            }
        }
    }

    /**
     * Opens versions that are here, for whoever fetches the next one and closes them: what is there, and the newest of
     * the others. What a person made is not among them, as those who send a version see what is not fetched of it.
     */
    public List<SimilarFile> versions() {
        List<SimilarFile> files = new ArrayList<>();
        Subscription.Present present = subscription.present();
        if (present != null && present.role() == Subscription.Role.VERSION && present.number() > 0) {
            open(subscription.file(), present.stamp(), present.content(), files);
        }
        others.newest(subscription).ifPresent(newest -> open(newest.file(), newest.stamp(), newest.content(), files));
        return files;
    }

    private static void open(Path file, FileStamp stamp, ContentId content, List<SimilarFile> files) {
        try {
            files.add(SimilarFile.open(file, stamp, content));
        } catch (StoreException e) {
            // It is gone, or was edited: then more has to be fetched.
            return;
        }
    }

    /**
     * Puts a complete version there, in the place of what is there.
     *
     * @param local what is there: nothing, or what was put there
     * @throws FileChangedException when it is something else by now; then nothing has happened
     */
    public Placed put(PartialFile part, int number, LocalState local) {
        Subscription.Present old = subscription.present();
        if (local.kind() != LocalState.Kind.MISSING && (local.kind() != LocalState.Kind.AS_PUT || old == null)) {
            throw new IllegalArgumentException("what is " + local.kind() + " is not replaced");
        }
        HashedFile sealed = part.seal();
        PendingReplacement.Next next = new PendingReplacement.Next(number, sealed.id());
        Subscription.Present present =
                local.kind() == LocalState.Kind.MISSING || old == null ? nothing(sealed.id(), sealed.stamp()) : old;
        Path kept = replace(sealed.path(), sealed.stamp(), number, next, present);
        HashedFile placed = new HashedFile(subscription.file(), sealed.stamp(), sealed.id(), sealed.chunkRow());
        others.removeBeside(subscription, number);
        return new Placed(placed, kept);
    }

    /** Puts a complete version beside the file, under a name that says what it is. */
    public Placed putBeside(PartialFile part, int number) {
        String what = FolderHistory.beside(subscription, number);
        HashedFile placed = part.finish(new TargetPath(others.free(subscription.file(), what, part.id())));
        list.add(
                subscription, new OtherFile(OtherFile.Kind.BESIDE, placed.path(), number, placed.id(), placed.stamp()));
        pass(number);
        others.limitBeside(subscription);
        return new Placed(placed, null);
    }

    /** What is to become of a file that was edited. */
    public enum Choice {
        /** It stays, until a person says otherwise. */
        MINE,
        /** The latest version takes its place; it is kept with the replaced versions. */
        THEIRS,
        /** The latest version takes its place; it gets a name beside that. */
        BOTH
    }

    /**
     * Decides what becomes of an edited file. With all but MINE, the latest version is due again afterwards.
     *
     * @param latest the latest version
     * @throws FileAccessException when something else than a file is there
     */
    public void resolve(Choice choice, int latest, LocalState local) {
        checkFile(local);
        if (choice == Choice.MINE) {
            pass(latest);
            others.removeBeside(subscription, Integer.MAX_VALUE);
            return;
        }
        Subscription.Present present = subscription.present();
        FileStamp stamp = local.stamp();
        ContentId content = local.content();
        if (local.kind() == LocalState.Kind.EDITED && stamp != null && content != null) {
            Subscription.Role role = choice == Choice.BOTH ? Subscription.Role.EDIT_ASIDE : Subscription.Role.EDIT;
            present = new Subscription.Present(0, content, stamp, role);
        }
        change(subscription.with(0, present));
    }

    /**
     * Brings a replaced version back; what is there now is kept in its stead. It stays until the next new version.
     *
     * @param number which one; 0 for the one that was replaced last
     * @return which one it is
     * @throws FileAccessException when there is none, or something else than a file is in its place
     */
    public OtherFile restore(int number, LocalState local) {
        checkFile(local);
        OtherFile old = replaced().reversed().stream()
                .filter(one -> number == 0 || one.number() == number)
                .findFirst()
                .orElseThrow(() -> new FileAccessException("there is no replaced version "
                        + (number == 0 ? "" : number + " ") + "of " + Failures.show(subscription.file()) + " in "
                        + Failures.show(history())));
        if (!old.isCurrent()) {
            throw new FileAccessException(Failures.show(old.file())
                    + " was changed or removed by somebody. If it is the right one, copy it yourself");
        }
        PendingReplacement.Next next =
                old.number() == 0 ? null : new PendingReplacement.Next(old.number(), old.content());
        Subscription.Present present = subscription.present();
        FileStamp stamp = local.stamp();
        ContentId content = local.content();
        if (local.kind() == LocalState.Kind.EDITED && stamp != null && content != null) {
            present = new Subscription.Present(0, content, stamp, Subscription.Role.EDIT);
        } else if (local.kind() == LocalState.Kind.MISSING || present == null) {
            present = nothing(old.content(), old.stamp());
        }
        replace(old.file(), old.stamp(), subscription.seen(), next, present);
        return old;
    }

    @Override
    public void end() {
        recover();
        list.remove(subscription);
        ContentId incomplete = fetching;
        if (incomplete != null) {
            Folders.deleteQuietly(history().resolve(incomplete + TargetPath.PART_SUFFIX));
        }
        try {
            Files.deleteIfExists(history());
        } catch (DirectoryNotEmptyException kept) {
            return;
        } catch (IOException e) {
            throw Failures.of("cannot remove", history(), e);
        }
    }

    private @Nullable Path replace(
            Path incoming,
            FileStamp fresh,
            int seen,
            PendingReplacement.@Nullable Next next,
            Subscription.Present old) {
        makeHistory(this);
        Path file = subscription.file();
        Path kept = switch (old.role()) {
            case VERSION -> Beside.free(file, history(), "version " + old.number());
            case EDIT -> Beside.free(file, history(), "edited here");
            case EDIT_ASIDE -> Beside.free(file, "edited here");
        };
        Replacement.Plan plan = new Replacement.Plan(file, incoming, fresh, old.stamp(), old.content(), kept);
        PendingReplacement pending = new PendingReplacement(plan, seen, next, old.number(), old.role());
        list.begin(subscription, pending);
        boolean done = false;
        try {
            Replacement.Outcome outcome = replacement.carryOut(plan);
            end(pending, outcome);
            done = true;
            Path edited = outcome.edited();
            Path where = edited == null ? outcome.kept() : edited;
            return where != null && Files.exists(where, LinkOption.NOFOLLOW_LINKS) ? where : null;
        } finally {
            if (!done) {
                recover();
            }
        }
    }

    private void end(PendingReplacement pending, Replacement.Outcome outcome) {
        Path edited = outcome.edited();
        if (edited != null) {
            setAside.accept(edited);
        }
        if (!outcome.isDone()) {
            list.end(subscription, null, null);
            return;
        }
        Path kept = outcome.kept();
        Optional<FileStamp> stamp = kept == null ? Optional.empty() : Replacement.stampOf(kept);
        OtherFile old = kept == null || stamp.isEmpty() || pending.oldRole() == Subscription.Role.EDIT_ASIDE
                ? null
                : new OtherFile(
                        OtherFile.Kind.REPLACED,
                        kept,
                        pending.oldNumber(),
                        pending.plan().replaced(),
                        stamp.get());
        PendingReplacement.Next next = pending.next();
        Subscription.Present present = next == null
                ? subscription.present()
                : new Subscription.Present(
                        next.number(), next.content(), pending.plan().fresh(), Subscription.Role.VERSION);
        subscription = subscription.with(pending.seen(), present);
        list.end(subscription, old, pending.plan().incoming());
        others.limitReplaced(subscription);
    }

    private void changePresent(int seen, int number, ContentId content, FileStamp stamp) {
        change(subscription.with(seen, new Subscription.Present(number, content, stamp, Subscription.Role.VERSION)));
    }

    private void change(Subscription changed) {
        if (!changed.equals(subscription)) {
            list.change(changed);
            subscription = changed;
        }
    }

    /** Stands for a file that is not there; whatever has the name in the last moment is none that was put there. */
    private static Subscription.Present nothing(ContentId content, FileStamp stamp) {
        return new Subscription.Present(0, content, stamp, Subscription.Role.EDIT);
    }

    /** Where replaced versions are kept; made when it is missing. */
    static void makeHistory(Subscribed one) {
        Path history = one.history();
        Path file = one.subscription().file();
        if (!Files.isDirectory(file.resolveSibling(""))) {
            // Made anew, it could be on another disk than the one that is away just now.
            throw new FileAccessException(
                    "the folder of " + Failures.show(file) + " is not there. Make it, or have its disk mounted");
        }
        Folders.makePrivate(history);
        if (Files.isSymbolicLink(history)) {
            throw new FileAccessException(Failures.show(history)
                    + " is a link to elsewhere, and replaced versions are kept in no such place. Remove it");
        }
    }

    private void checkFile(LocalState local) {
        if (local.kind() == LocalState.Kind.IN_THE_WAY) {
            throw new FileAccessException(
                    Failures.show(subscription.file()) + " is no ordinary file any more. Move it away first");
        }
    }
}
