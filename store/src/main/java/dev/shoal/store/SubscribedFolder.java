package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.PathPatterns;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a subscription, with what is kept of it: brings it from one version to the next file by file, fetching
 * only contents that are not here, and brings old versions back. What is about to be done is written down in the list
 * before, and {@link #recover} goes on with it after a crash. Decides nothing about versions. Not thread-safe: of one
 * subscription, one at a time.
 */
public final class SubscribedFolder implements Subscribed {

    /** How often an interrupted update is gone on with while somebody writes in the folder. */
    private static final int ATTEMPTS = 3;

    private static final FileStamp NO_STAMP = new FileStamp(0, 0, "");

    private final SubscriptionList list;
    private final FileHasher hasher;
    private final Consumer<Path> setAside;
    private final PlacingDisk disk;
    private @Nullable ContentId fetching;

    private @Nullable FolderSelection selection;
    private volatile SoftReference<@Nullable FolderState> known = new SoftReference<>(null);
    private volatile Subscription subscription;

    /**
     * A version that was put there.
     *
     * @param kept where the files are that it took the place of; null when none are kept
     * @param conflicts files that were edited, each with where the version of it is beside it, if it is
     */
    public record Placed(@Nullable Path kept, List<Conflict> conflicts) {}

    /**
     * A file that was edited.
     *
     * @param copy where the version of it is; null when it was not put there
     */
    public record Conflict(Path file, @Nullable Path copy) {}

    /**
     * Of a subscription in a list.
     *
     * @param setAside is told where a file is that somebody wrote to in the moment in which it was replaced
     */
    public SubscribedFolder(
            SubscriptionList list, Subscription subscription, FileHasher hasher, Consumer<Path> setAside) {
        this(list, subscription, hasher, setAside, PlacingDisk.REAL);
    }

    /** On a disk that a test can end at any step. */
    SubscribedFolder(
            SubscriptionList list,
            Subscription subscription,
            FileHasher hasher,
            Consumer<Path> setAside,
            PlacingDisk disk) {
        this.list = list;
        this.subscription = subscription;
        this.hasher = hasher;
        this.setAside = setAside;
        this.disk = disk;
    }

    @Override
    public Subscription subscription() {
        return subscription;
    }

    /** What is known of the folder: read again only when the memory was needed for something else. */
    private FolderState state() {
        FolderState state = known.get();
        if (state == null) {
            state = list.state(subscription);
            known = new SoftReference<>(state);
        }
        return state;
    }

    private void settle(Subscription changed, FolderState state, List<OtherFile> others) {
        list.settle(changed, state, others);
        known = new SoftReference<>(state);
        subscription = changed;
    }

    private FolderHistory kept() {
        return new FolderHistory(list, subscription, hasher);
    }

    @Override
    public boolean keepsReplaced() {
        return !kept().of(OtherFile.Kind.REPLACED).isEmpty();
    }

    private Path pool() {
        return history().resolve(subscription.file().getFileName() + ".shoal-placing");
    }

    private TargetPath part(ContentId content) {
        return new TargetPath(history().resolve(content.toString()));
    }

    private FolderUpdate update(FolderState state, FolderArrival arrival) {
        Path file = subscription.file();
        FolderState there =
                Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? state : new FolderState(state.whole(), Map.of());
        Path edits = history().resolve(file.getFileName() + " (edited here)");
        return new FolderUpdate(subscription, there, arrival, hasher, disk, pool(), edits, setAside);
    }

    @Override
    public void recover() {
        Optional<FolderArrival> pending = list.arrival(subscription);
        if (pending.isEmpty()) {
            return;
        }
        if (!Files.isDirectory(history(), LinkOption.NOFOLLOW_LINKS)) {
            // Without its disk everything would be taken for deleted.
            throw new FileAccessException(
                    Failures.show(history()) + " is not there, and an update was interrupted. Have its disk mounted");
        }
        FolderArrival arrival = pending.get();
        for (int attempt = 1; ; attempt++) {
            FolderUpdate update = update(state(), arrival);
            try {
                update.rescue();
                Path files = PartialFolder.files(part(arrival.next().content()).partFile());
                update.gather(new FolderFiles(arrival.next().listing(), files).of(update.needed()), false, kept());
                carryOut(update, arrival);
                kept().limitReplaced();
                break;
            } catch (FileChangedException e) {
                if (attempt == ATTEMPTS) {
                    // Some of it is gone: what is there is known, and the rest has to be fetched.
                    FolderState half = update(state(), arrival).halfway();
                    settle(subscription.with(0, subscription.present()), half, List.of());
                    break;
                }
            }
        }
        FolderTree.deleteQuietly(part(arrival.next().content()).partFile());
    }

    /**
     * What is there already is a version: it is taken for what was put there.
     *
     * @param there as it was hashed
     */
    public void adopt(int number, HashedFolder there) {
        FolderState.Whole whole = new FolderState.Whole(number, there.id(), there.listing(), there.chunkRow());
        FolderLooking looking = new FolderLooking(subscription.file(), Map.of(), hasher);
        Map<String, FolderState.Owned> owned = new TreeMap<>();
        for (FolderEntry entry : there.listing().entries()) {
            AtPath here = looking.at(entry.path());
            if (here.is(entry)) {
                FileStamp stamp = here instanceof AtPath.AFile file ? file.stamp() : null;
                owned.put(entry.path(), new FolderState.Owned(entry, stamp));
            }
        }
        Subscription changed = subscription.with(Math.max(number, subscription.seen()), present(whole));
        settle(changed, new FolderState(whole, owned), List.of());
    }

    private static Subscription.Present present(FolderState.Whole whole) {
        return new Subscription.Present(whole.number(), whole.content(), NO_STAMP, Subscription.Role.VERSION);
    }

    /** Declares that a version was dealt with, whatever is there. */
    public void pass(int number) {
        change(subscription.with(Math.max(number, subscription.seen()), subscription.present()));
    }

    /** Whether a content is that of the version that is there: then a version with it needs nothing to be done. */
    public boolean isThere(ContentId content) {
        Subscription.Present present = subscription.present();
        return present != null
                && subscription.seen() > 0
                && present.role() == Subscription.Role.VERSION
                && present.content().equals(content)
                && Files.isDirectory(subscription.file(), LinkOption.NOFOLLOW_LINKS);
    }

    /** A version is there that has the content of the one that was there before. */
    public void renumber(int number) {
        Subscription.Present present = Objects.requireNonNull(subscription.present());
        change(subscription.with(
                Math.max(number, subscription.seen()),
                new Subscription.Present(number, present.content(), NO_STAMP, Subscription.Role.VERSION)));
    }

    /** Notes that it is in step now. */
    public void synced(long nowMillis, long savedBytes) {
        change(subscription.synced(nowMillis, savedBytes));
    }

    @Override
    public void under(Subscription.Terms terms) {
        change(subscription.under(terms));
    }

    /** Other paths are wanted from now on: the latest version is due again. */
    public void want(PathPatterns patterns) {
        if (!patterns.equals(subscription.folder())) {
            Subscription changed = subscription.wanting(patterns).with(0, subscription.present());
            list.want(changed);
            subscription = changed;
        }
    }

    private void change(Subscription changed) {
        if (!changed.equals(subscription)) {
            list.change(changed);
            subscription = changed;
        }
    }

    /**
     * Begins to fetch what is not here of a version, or goes on. What has come of another one is given up.
     *
     * @param number that of the version
     */
    public PartialFolder open(ContentId content, int number, HashProgress progress) {
        checkPlace();
        ContentId before = fetching;
        if (before != null && !before.equals(content)) {
            FolderTree.deleteQuietly(part(before).partFile());
        }
        fetching = content;
        FolderState state = state();
        FolderChoice choice = subscription.choice();
        FolderSelection fresh = new FolderSelection(
                state.owned(),
                listing -> update(state, arrival(new FolderState.Whole(number, content, listing, new byte[0]), null))
                        .missing(kept()));
        selection = fresh;
        return PartialFolder.open(part(content), content, choice, fresh, hasher, progress);
    }

    /**
     * Goes on to large files that are other versions of files here, when all else has come; until then they are not
     * among what is wanted.
     *
     * @return the files that are here, opened, to be compared with what is fetched
     */
    public List<SimilarFile> versions(PartialFolder part) {
        FolderSelection chosen = selection;
        if (chosen == null || !chosen.isLeft()) {
            return List.of();
        }
        part.chooseAgain();
        return chosen.versions(subscription.file());
    }

    private FolderArrival arrival(FolderState.Whole next, @Nullable Path keptAt) {
        Subscription.Present present = subscription.present();
        boolean all = present != null && present.role() != Subscription.Role.VERSION;
        boolean aside = present != null && present.role() == Subscription.Role.EDIT_ASIDE;
        return new FolderArrival(next, Math.max(next.number(), subscription.seen()), all, aside, keptAt);
    }

    /**
     * Brings the folder to a version of which everything has come that was missing.
     *
     * @throws FileChangedException when somebody changed something in the folder meanwhile: then it is gone on with
     *     later
     */
    public Placed put(PartialFolder part, int number) {
        FolderState.Whole next = part.seal(number);
        FolderState state = state();
        FolderArrival arrival = arrival(next, keptAt(state));
        FolderUpdate update = update(state, arrival);
        update.gather(part.complete(update.needed()), true, kept());
        begin(arrival);
        Placed placed = carryOut(update, arrival);
        kept().limitReplaced();
        part.discard();
        fetching = null;
        return placed;
    }

    /** From here on it is gone on with. Of a folder that was removed, nothing may count as deleted by hand then. */
    private void begin(FolderArrival arrival) {
        FolderState state = state();
        if (!state.owned().isEmpty() && !Files.exists(subscription.file(), LinkOption.NOFOLLOW_LINKS)) {
            settle(subscription, new FolderState(state.whole(), Map.of()), List.of());
        }
        list.begin(subscription, arrival);
    }

    /** Where the files of the version are kept that is there now; null when none are. */
    private @Nullable Path keptAt(FolderState state) {
        FolderState.Whole whole = state.whole();
        Subscription.Present present = subscription.present();
        if (whole == null
                || present == null
                || subscription.terms().keep() == 0
                || !Files.isDirectory(subscription.file(), LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        return Beside.free(subscription.file(), history(), "version " + present.number());
    }

    private Placed carryOut(FolderUpdate update, FolderArrival arrival) {
        Subscription.Present before = subscription.present();
        update.keep();
        FolderUpdate.Outcome outcome = update.carryOut();
        Path keptAt = arrival.kept();
        List<OtherFile> others = new ArrayList<>();
        outcome.conflicts().stream()
                .map(FolderUpdate.Conflict::copy)
                .filter(Objects::nonNull)
                .forEach(others::add);
        if (keptAt != null && before != null) {
            others.add(new OtherFile(OtherFile.Kind.REPLACED, keptAt, before.number(), before.content(), NO_STAMP));
        }
        Subscription changed = subscription.with(arrival.seen(), present(arrival.next()));
        settle(changed, outcome.state(), others);
        update.close();
        FolderHistory history = kept();
        history.removeBeside(outcome.placed());
        history.limitBeside();
        return new Placed(
                keptAt,
                outcome.conflicts().stream()
                        .map(each -> new Conflict(
                                each.file(),
                                each.copy() == null ? null : each.copy().file()))
                        .toList());
    }

    /** The version that is there, as far as nobody has changed it, to be served; empty when none is. */
    public Optional<HashedFolder> there() {
        FolderState state = state();
        FolderState.Whole whole = state.whole();
        return whole == null
                ? Optional.empty()
                : Optional.of(HashedFolder.followed(subscription.file(), whole, state.owned()));
    }

    /**
     * Decides what becomes of edited files. With all but MINE, the latest version is due again afterwards.
     *
     * @param latest the latest version
     * @return false when nothing was edited, and there is nothing to decide
     */
    public boolean resolve(SubscribedFile.Choice choice, int latest) {
        FolderState state = state();
        FolderState.Whole whole = state.whole();
        boolean hasCopies = !kept().of(OtherFile.Kind.BESIDE).isEmpty();
        if (whole == null
                || (!hasCopies
                        && !update(state, new FolderArrival(whole, 0, true, false, null))
                                .hasEdits())) {
            return false;
        }
        if (choice == SubscribedFile.Choice.MINE) {
            pass(latest);
            kept().removeBeside();
            return true;
        }
        Subscription.Role role =
                choice == SubscribedFile.Choice.BOTH ? Subscription.Role.EDIT_ASIDE : Subscription.Role.EDIT;
        change(subscription.with(0, new Subscription.Present(whole.number(), whole.content(), NO_STAMP, role)));
        return true;
    }

    /**
     * Brings a replaced version back; what is there now is kept in its stead. It stays until the next new version.
     *
     * @param number which one; 0 for the one that was replaced last
     * @return which one it is
     * @throws FileAccessException when there is none, or some of it is gone
     */
    public int restore(int number) {
        checkPlace();
        OtherFile old = kept().of(OtherFile.Kind.REPLACED).reversed().stream()
                .filter(one -> number == 0 || one.number() == number)
                .findFirst()
                .orElseThrow(() -> new FileAccessException("there is no replaced version "
                        + (number == 0 ? "" : number + " ") + "of " + Failures.show(subscription.file()) + " in "
                        + Failures.show(history())));
        FolderState.Whole whole = FolderHistory.state(old.file())
                .map(FolderState::whole)
                .orElseThrow(() ->
                        new FileAccessException(Failures.show(old.file()) + " was changed or removed by somebody"));
        FolderState state = state();
        FolderArrival arrival = new FolderArrival(whole, subscription.seen(), false, false, keptAt(state));
        FolderUpdate update = update(state, arrival);
        if (!update.missing(kept()).isEmpty()) {
            throw new FileAccessException("version " + old.number() + " cannot be brought back: some of its files were"
                    + " changed or removed in " + Failures.show(old.file()));
        }
        update.gather(Map.of(), true, kept());
        begin(arrival);
        carryOut(update, arrival);
        kept().removeKept(old.file());
        list.forget(subscription, old);
        kept().limitReplaced();
        return old.number();
    }

    @Override
    public void end() {
        try {
            recover();
        } catch (StoreException e) {
            // What waits in the history stays there: whoever does not want it any more must not need its disk.
            fetching = null;
        }
        list.remove(subscription);
        ContentId incomplete = fetching;
        if (incomplete != null) {
            FolderTree.deleteQuietly(part(incomplete).partFile());
        }
        try {
            Files.deleteIfExists(history());
        } catch (DirectoryNotEmptyException others) {
            return;
        } catch (IOException e) {
            throw Failures.of("cannot remove", history(), e);
        }
    }

    private void checkPlace() {
        Path file = subscription.file();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAccessException(Failures.show(file) + " is no folder any more. Move it away first");
        }
        SubscribedFile.makeHistory(this);
    }
}
