package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a folder that is followed from the state in which it is to a version whose bytes are all on this disk. Made
 * again with the same version after a crash, it goes on. For one version; runs on the caller's thread.
 */
final class FolderUpdate {

    /** In the folder of a replaced version: what that was. */
    static final String STATE = ".shoal-version";

    /** From so many paths on, forcing the whole disk is quicker than forcing each folder. */
    private static final int MANY = 32;

    private final Subscription subscription;
    private final FolderState state;
    private final FolderArrival arrival;
    private final FileHasher hasher;
    private final PlacingDisk disk;
    private final FolderLooking looking;
    private final FolderPool pool;
    private final FolderPlan plan;
    private final Map<ContentId, Integer> needed;

    /** The contents of files that go away. */
    private final Set<ContentId> taken;

    private final FolderPlacing placing;

    /**
     * Of a folder as it is known to be; looks at what is there.
     *
     * @param pool where files wait, beside the folder
     */
    FolderUpdate(
            Subscription subscription,
            FolderState state,
            FolderArrival arrival,
            FileHasher hasher,
            PlacingDisk disk,
            Path pool,
            Path edits,
            Consumer<Path> setAside) {
        this.subscription = subscription;
        this.state = state;
        this.arrival = arrival;
        this.hasher = hasher;
        this.disk = disk;
        Path root = subscription.file();
        this.looking = new FolderLooking(root, state.owned(), hasher);
        this.pool = new FolderPool(pool, disk, hasher);
        this.plan = plan(subscription, state, arrival, looking);
        this.needed = needs();
        this.taken = taken(plan);
        this.placing = new FolderPlacing(root, disk, this.pool, arrival.kept(), edits, arrival.aside(), setAside);
    }

    private static FolderPlan plan(
            Subscription subscription, FolderState state, FolderArrival arrival, FolderLooking looking) {
        return FolderPlan.of(state.owned(), arrival.entries(subscription.choice()), looking::at, arrival.all());
    }

    /** What is put beside files that were edited, at most; nothing when an older version comes back. */
    private int copies() {
        return arrival.isBack() ? 0 : subscription.terms().copies();
    }

    /** How often contents are needed. What is beside an edited file already, as after a crash, is not. */
    private Map<ContentId, Integer> needs() {
        Map<ContentId, Integer> needs = plan.needed(copies());
        for (FolderPlan.Step step : plan.steps()) {
            if (step instanceof FolderPlan.Beside beside
                    && beside.entry() instanceof FolderEntry.File file
                    && needs.containsKey(file.content())
                    && pool.isRight(besideOf(file, beside.here()), file.content())) {
                needs.computeIfPresent(file.content(), (content, times) -> times > 1 ? times - 1 : null);
            }
        }
        return needs;
    }

    /** Where an entry stands beside what is in its way. */
    private Path besideOf(FolderEntry.File entry, AtPath here) {
        Path root = subscription.file();
        String what = FolderHistory.beside(subscription, arrival.next().number());
        return here instanceof AtPath.Blocked blocked
                ? Beside.named(root.resolve(blocked.by()), what)
                        .resolve(entry.path().substring(blocked.by().length() + 1))
                : Beside.named(root.resolve(entry.path()), what);
    }

    /** The contents that the folder does not have itself and that are not kept from older versions. */
    Set<ContentId> missing(FolderHistory history) {
        Set<ContentId> missing = new HashSet<>(needed.keySet());
        missing.removeIf(content -> pool.isLeft(content) || taken.contains(content));
        Map<ContentId, List<Path>> here = here(missing);
        missing.removeAll(here.keySet());
        missing.removeAll(history.find(missing).keySet());
        return missing;
    }

    /** The contents of files that go away. */
    private static Set<ContentId> taken(FolderPlan plan) {
        Set<ContentId> taken = new HashSet<>();
        for (FolderPlan.Step step : plan.steps()) {
            if (step instanceof FolderPlan.Remove remove && remove.here() instanceof AtPath.AFile file) {
                taken.add(file.content());
            }
        }
        return taken;
    }

    /** Where in the folder contents are, in files that nobody edited. */
    private Map<ContentId, List<Path>> here(Set<ContentId> contents) {
        Map<ContentId, List<Path>> here = new HashMap<>();
        if (contents.isEmpty()) {
            return here;
        }
        for (FolderState.Owned one : state.owned().values()) {
            if (one.entry() instanceof FolderEntry.File file
                    && contents.contains(file.content())
                    && looking.has(one, file.content())) {
                here.computeIfAbsent(file.content(), any -> new ArrayList<>())
                        .add(subscription.file().resolve(file.path()));
            }
        }
        return here;
    }

    /**
     * Gets everything ready that is needed; nothing in the folder is touched.
     *
     * @param fetched where the files are that came from the network, and may be taken
     * @param isVerified whether these are known to be right
     * @throws FileChangedException when something is not there any more that was there before
     */
    void gather(Map<ContentId, Path> fetched, boolean isVerified, FolderHistory history) {
        pool.needs(needed);
        Set<ContentId> left = new HashSet<>();
        for (ContentId content : needed.keySet()) {
            Path file = fetched.get(content);
            if (file != null && (isVerified || pool.isRight(file, content))) {
                pool.add(content, file);
            } else if (pool.isLeft(content)) {
                pool.add(content, pool.place(content));
            } else if (!taken.contains(content)) {
                left.add(content);
            }
        }
        here(left).forEach((content, files) -> {
            if (files.stream().anyMatch(file -> pool.copy(content, file))) {
                left.remove(content);
            }
        });
        history.find(left).forEach((content, file) -> {
            if (pool.copy(content, file)) {
                left.remove(content);
            }
        });
        if (!left.isEmpty()) {
            throw new FileChangedException("in " + Failures.show(subscription.file()) + ", " + left.size()
                    + " files are not there any more that the next version has as well");
        }
    }

    /** Begins to keep the version that is about to be replaced. */
    void keep() {
        Path kept = arrival.kept();
        if (kept == null || Files.exists(kept.resolve(STATE), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Map<String, FolderState.Owned> owned = new TreeMap<>(state.owned());
        for (FolderPlan.Step step : plan.steps()) {
            FolderState.Owned before = owned.get(step.path());
            AtPath here = here(step);
            if (before != null && here instanceof AtPath.AFile file && here.is(before.entry())) {
                owned.put(step.path(), new FolderState.Owned(before.entry(), file.stamp()));
            }
        }
        try {
            Files.createDirectories(kept);
            Path file = kept.resolve(STATE + ".new");
            Files.write(file, new FolderState(state.whole(), owned).toBytes());
            Folders.forceFile(file);
            disk.move(file, kept.resolve(STATE));
        } catch (IOException e) {
            throw Failures.of("cannot keep what is replaced in", kept, e);
        }
    }

    private static @Nullable AtPath here(FolderPlan.Step step) {
        return switch (step) {
            case FolderPlan.Remove remove -> remove.here();
            case FolderPlan.Put put -> put.here();
            case FolderPlan.Adopt adopt -> adopt.here();
            case FolderPlan.Beside beside -> beside.here();
        };
    }

    /**
     * Something was put beside what a person made, or would have been.
     *
     * @param file what the person made
     * @param copy the version of it; null when it was not put there
     */
    record Conflict(Path file, @Nullable OtherFile copy) {}

    /**
     * What has become of it.
     *
     * @param placed the paths at which the version is by now, though another one was before
     */
    record Outcome(FolderState state, List<Conflict> conflicts, List<Path> placed) {}

    /**
     * Does what is planned. What is not done by then is done when it is made again.
     *
     * @throws FileChangedException when somebody changed something in the folder meanwhile
     */
    Outcome carryOut() {
        Path root = subscription.file();
        try {
            Files.createDirectories(root);
            Map<String, Integer> numbers = arrival.numbers();
            Map<String, FolderState.Owned> owned = new TreeMap<>(plan.kept());
            List<Conflict> conflicts = new ArrayList<>();
            List<Path> placed = new ArrayList<>();
            remove();
            for (FolderPlan.Step step : plan.steps()) {
                switch (step) {
                    case FolderPlan.Remove remove -> {}
                    case FolderPlan.Adopt adopt -> {
                        owned.put(step.path(), adopted(adopt));
                        placed.add(root.resolve(step.path()));
                    }
                    case FolderPlan.Put put -> {
                        var there = placing.put(put, numbers.getOrDefault(step.path(), 0));
                        owned.put(step.path(), there.orElse(new FolderState.Owned(put.entry(), null)));
                        if (there.isPresent()) {
                            placed.add(root.resolve(step.path()));
                        } else {
                            beside(put.entry(), put.here(), numbers.getOrDefault(step.path(), 0))
                                    .ifPresent(conflicts::add);
                        }
                    }
                    case FolderPlan.Beside beside -> {
                        owned.put(step.path(), new FolderState.Owned(beside.entry(), null));
                        beside(beside.entry(), beside.here(), numbers.getOrDefault(step.path(), 0))
                                .ifPresent(conflicts::add);
                    }
                }
            }
            force(conflicts);
            return new Outcome(new FolderState(arrival.next(), owned), conflicts, placed);
        } catch (IOException e) {
            throw Failures.of("cannot bring up to date", root, e);
        }
    }

    private void remove() throws IOException {
        for (FolderPlan.Step step : plan.steps()) {
            if (step instanceof FolderPlan.Remove remove) {
                boolean isNeeded = remove.here() instanceof AtPath.AFile file
                        && needed.containsKey(file.content())
                        && !pool.has(file.content());
                placing.remove(remove, isNeeded);
            }
        }
    }

    private FolderState.Owned adopted(FolderPlan.Adopt step) throws IOException {
        if (step.entry() instanceof FolderEntry.File file && step.here() instanceof AtPath.AFile here) {
            FolderLanding.setExecutable(file, subscription.file().resolve(step.path()));
            return new FolderState.Owned(file, here.stamp());
        }
        return new FolderState.Owned(step.entry(), null);
    }

    /** Only files are put beside what is in the way: a link or an empty folder says nothing that is worth it. */
    private Optional<Conflict> beside(FolderEntry entry, AtPath here, int number) throws IOException {
        Path root = subscription.file();
        Path file = root.resolve(here instanceof AtPath.Blocked blocked ? blocked.by() : entry.path());
        if (!(entry instanceof FolderEntry.File wanted)) {
            return entry instanceof FolderEntry.Link ? Optional.of(new Conflict(file, null)) : Optional.empty();
        }
        if (copies() == 0) {
            return Optional.of(new Conflict(file, null));
        }
        Path usual = besideOf(wanted, here);
        Files.createDirectories(usual.getParent() == null ? root : usual.getParent());
        if (!pool.isRight(usual, wanted.content())) {
            if (Files.exists(usual, LinkOption.NOFOLLOW_LINKS)) {
                // Of the file itself: what is beside it is found by its name.
                usual = Beside.free(
                        here instanceof AtPath.Blocked ? usual : file,
                        FolderHistory.beside(subscription, arrival.next().number()));
            }
            Path next = pool.take(wanted.content(), number);
            FolderLanding.setExecutable(wanted, next);
            placing.placeNew(next, usual);
        }
        return Optional.of(new Conflict(
                file,
                new OtherFile(
                        OtherFile.Kind.BESIDE, usual, arrival.next().number(), wanted.content(), FileStamp.of(usual))));
    }

    /** Also what went away, is kept, or stands beside something. */
    private void force(List<Conflict> conflicts) throws IOException {
        Path root = subscription.file();
        if (plan.steps().size() >= MANY && DiskSync.of(root)) {
            return;
        }
        Path kept = arrival.kept();
        Set<Path> folders = new HashSet<>();
        for (FolderPlan.Step step : plan.steps()) {
            addFolders(root.resolve(step.path()), root, folders);
            if (kept != null) {
                addFolders(kept.resolve(step.path()), kept, folders);
            }
        }
        for (Conflict conflict : conflicts) {
            OtherFile copy = conflict.copy();
            if (copy != null) {
                addFolders(copy.file(), root, folders);
            }
        }
        folders.forEach(disk::force);
    }

    private static void addFolders(Path file, Path top, Set<Path> folders) {
        for (Path at = file.getParent(); at != null && at.startsWith(top); at = at.getParent()) {
            folders.add(at);
        }
    }

    /**
     * Puts right what an interrupted update left where files wait: what was in the folder goes to where it belongs,
     * what is of the version is used again.
     */
    void rescue() {
        if (!pool.folderIsThere()) {
            return;
        }
        try {
            List<FolderEntry> entries = arrival.next().listing().entries();
            for (int number = 0; number < entries.size(); number++) {
                Path left = pool.next(number);
                if (Files.exists(left, LinkOption.NOFOLLOW_LINKS)) {
                    rescue(left, entries.get(number));
                }
            }
            for (String name : List.of(FolderPlacing.REMOVED, FolderPlacing.SECOND)) {
                Path left = pool.folder().resolve(name);
                if (Files.exists(left, LinkOption.NOFOLLOW_LINKS)) {
                    rescueUnnamed(left);
                }
            }
        } catch (IOException e) {
            throw Failures.of("cannot go on with", subscription.file(), e);
        }
    }

    private void rescue(Path left, FolderEntry entry) throws IOException {
        if (isSecondName(left, entry.path())) {
            Files.delete(left);
            return;
        }
        AtPath there = new FolderLooking(pool.folder(), Map.of(), hasher).at(String.valueOf(left.getFileName()));
        if (there.is(entry)) {
            if (entry instanceof FolderEntry.File file && file.content().length() > 0) {
                disk.move(left, pool.place(file.content()));
            } else {
                Files.deleteIfExists(left);
            }
            return;
        }
        FolderState.Owned before = state.owned().get(entry.path());
        boolean isOld = before != null && there.is(before.entry());
        placing.settle(left, entry.path(), isOld ? there : new AtPath.Missing());
    }

    /** Whether a file has its name in the folder as well: used for another one, that would be written to with it. */
    private boolean isSecondName(Path left, String path) throws IOException {
        Path file = subscription.file().resolve(path);
        return Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.isSameFile(file, left);
    }

    /** Of two names of one file one is enough; what has lost its other one is found by its bytes. */
    private void rescueUnnamed(Path left) throws IOException {
        for (String path : state.owned().keySet()) {
            if (isSecondName(left, path)) {
                Files.delete(left);
                return;
            }
        }
        AtPath there = new FolderLooking(pool.folder(), Map.of(), hasher).at(String.valueOf(left.getFileName()));
        for (FolderState.Owned one : state.owned().values()) {
            if (there.is(one.entry())) {
                Path file = subscription.file().resolve(one.entry().path());
                if (Files.isSymbolicLink(left) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.delete(left);
                } else if (left.endsWith(FolderPlacing.REMOVED) && isWaitedFor(there)) {
                    disk.move(left, pool.place(((AtPath.AFile) there).content()));
                } else {
                    placing.settle(left, one.entry().path(), there);
                }
                return;
            }
        }
        Path file = subscription.file();
        Path aside = Beside.free(file, "edited here");
        disk.move(left, aside);
    }

    /** Whether other files of the version need the bytes of one that was being taken away. */
    private boolean isWaitedFor(AtPath there) {
        return there instanceof AtPath.AFile file && needed.containsKey(file.content()) && !pool.isLeft(file.content());
    }

    /**
     * What is there by now of a version that cannot be had as a whole any more. What it has no more and what is gone
     * was taken away for it: it counts as deleted by nobody, if it comes again.
     */
    FolderState halfway() {
        Map<String, FolderState.Owned> owned = new TreeMap<>(state.owned());
        Set<String> wanted = new HashSet<>();
        arrival.entries(subscription.choice()).forEach(entry -> wanted.add(entry.path()));
        owned.keySet().removeIf(path -> !wanted.contains(path) && looking.at(path) instanceof AtPath.Missing);
        for (FolderPlan.Step step : plan.steps()) {
            if (step instanceof FolderPlan.Adopt adopt) {
                FileStamp stamp = adopt.here() instanceof AtPath.AFile file ? file.stamp() : null;
                owned.put(step.path(), new FolderState.Owned(adopt.entry(), stamp));
            }
        }
        return new FolderState(state.whole(), owned);
    }

    /** The contents that are needed. */
    Set<ContentId> needed() {
        return needed.keySet();
    }

    /** Whether a person has made something of it. */
    boolean hasEdits() {
        return plan.hasEdits();
    }

    /** Everything is where it belongs. */
    void close() {
        pool.close();
    }
}
