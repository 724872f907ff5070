package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.Name;
import dev.shoal.content.PathPatterns;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.FileChangedException;
import dev.shoal.store.FolderHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.HashedFolder;
import dev.shoal.store.LocalState;
import dev.shoal.store.SubscribedFile;
import dev.shoal.store.SubscribedFolder;
import dev.shoal.store.Subscription;
import dev.shoal.store.SubscriptionList;
import dev.shoal.store.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out {@link SubscriptionWish}es in the process that runs the peer. */
final class Subscribing {

    /** How often a wait looks whether the person has enough. */
    private static final long LOOK_MILLIS = 200;

    private final PeerNode node;
    private final String user;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;
    private final Following following;

    Subscribing(PeerNode node, String user, Consumer<Report> reports, Cancellation cancellation) {
        this.node = node;
        this.user = user;
        this.reports = reports;
        this.cancellation = cancellation;
        this.following = node.following();
    }

    /** Carries out what needs no index. */
    void run(SubscriptionWish wish) {
        following.open();
        switch (wish) {
            case SubscriptionWish.Unsubscribe gone -> unsubscribe(follower(gone.name()));
            case SubscriptionWish.ListSubscriptions all -> {
                SubscriptionStates.of(following).forEach(reports);
                if (all.stays()) {
                    followAll();
                }
            }
            case SubscriptionWish.Restore restore -> restore(follower(restore.name()), restore.version());
            case SubscriptionWish.Resolve resolve -> resolve(follower(resolve.name()), resolve.choice());
            case SubscriptionWish.Subscribe subscribe ->
                throw new IllegalArgumentException("where to subscribe is for an index to say");
        }
    }

    /** Subscribes, waits for the first version if that is wanted, and goes on if that is. */
    void subscribe(IndexSession session, SubscriptionWish.Subscribe wish, Target target) {
        if (target.isOneVersion()) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "One version alone cannot be followed: "
                            + (target.version() > 0 ? "leave @" + target.version() + " away" : "say its name")
                            + ", or `get` it.");
        }
        IndexReply.Version answer = target.resolve(session.client(), node.known(), node.events());
        VersionRecord latest = answer.record();
        PathPatterns patterns = patterns(wish, latest);
        if (wish.waits() || wish.stays()) {
            following.begin();
        }
        String key = session.index().fingerprint();
        Optional<Subscription> known = following.list().find(key, latest.name());
        Subscription subscription =
                known.isPresent() ? again(known.get(), wish) : added(session, wish, answer, patterns);
        try (Following.Hearing heard = following.listen(reports, wish.stays() ? null : latest.name())) {
            heard.report(new SubscriptionReport.Subscribed(
                    latest.name().text(), subscription.file().toString(), latest.number(), known.isEmpty()));
            Follower follower = following.add(subscription);
            if (known.isPresent()) {
                change(follower, subscription.terms(), patterns);
            }
            if (wish.waits()) {
                awaitFirst(follower, wish.stays());
            }
            if (wish.stays()) {
                cancellation.await();
            }
        }
    }

    /** Which paths of a folder are wanted; null of a file. */
    private static @Nullable PathPatterns patterns(SubscriptionWish.Subscribe wish, VersionRecord latest) {
        boolean isFolder = latest.kind() == VersionRecord.Kind.FOLDER;
        if (!isFolder && !(wish.include().isEmpty() && wish.exclude().isEmpty())) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    latest.name() + " is a file: --include and --exclude choose what is in a folder.");
        }
        try {
            return isFolder ? new PathPatterns(wish.include(), wish.exclude()) : null;
        } catch (IllegalArgumentException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }

    /** What was said about what is wanted holds until something else is said. */
    private void change(Follower follower, Subscription.Terms terms, @Nullable PathPatterns patterns) {
        change(follower, terms);
        follower.files.lock();
        try {
            if (patterns != null && !patterns.isAll() && follower.file() instanceof SubscribedFolder folder) {
                folder.want(patterns);
            }
        } finally {
            follower.files.unlock();
        }
        if (patterns != null) {
            following.wake(follower, 0);
        }
    }

    private static void change(Follower follower, Subscription.Terms terms) {
        follower.files.lock();
        try {
            follower.file().under(terms);
        } finally {
            follower.files.unlock();
        }
    }

    private void followAll() {
        try (Following.Hearing heard = following.listen(reports, null)) {
            following.begin();
            heard.report(new SubscriptionReport.Following(following.all().size()));
            cancellation.await();
        }
    }

    private Subscription again(Subscription known, SubscriptionWish.Subscribe wish) {
        boolean isThere = place(wish, known.source().name()).equals(known.file())
                || (known.folder() != null && isSame(Path.of(wish.output()), known.file()));
        if (wish.chosen() && !isThere) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    known.source().name() + " is followed already, in " + known.file() + ". Run `shoal unsub "
                            + known.source().name() + "` first, or leave -o away.");
        }
        Subscription.Terms terms = new Subscription.Terms(
                wish.keep() == null ? known.terms().keep() : wish.keep(),
                known.terms().copies(),
                wish.limit() == null ? known.terms().rate() : wish.limit());
        return known.under(terms);
    }

    private Subscription added(
            IndexSession session,
            SubscriptionWish.Subscribe wish,
            IndexReply.Version answer,
            @Nullable PathPatterns patterns) {
        SubscriptionList list = following.list();
        Path file = place(wish, answer.record().name());
        // First, as what is there has to be read.
        checkFree(file);
        if (patterns == null) {
            return list.add(unread(session, wish, answer, file, present(session, file, answer)));
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    file + " is already there, and is no folder. Nothing was overwritten: move it away, or choose"
                            + " another place with -o.");
        }
        Optional<HashedFolder> there = patterns.isAll() ? hashed(file) : Optional.empty();
        int number = there.map(hashed -> number(session, hashed.id(), answer)).orElse(0);
        Subscription subscription =
                list.add(unread(session, wish, answer, file, null).wanting(patterns));
        if (there.isPresent() && number > 0) {
            SubscribedFolder folder = new SubscribedFolder(list, subscription, node.hasher(), aside -> {});
            folder.adopt(number, there.get());
            return folder.subscription();
        }
        return subscription;
    }

    /** A folder that is there may be a version; else what is in it is compared file by file with what comes. */
    private Optional<HashedFolder> hashed(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new FolderHasher(node.hasher(), folder).hash(HashProgress.UNSEEN));
        } catch (InvalidFolderException | FileChangedException e) {
            return Optional.empty();
        }
    }

    private void checkFree(Path file) {
        for (Subscription other : following.list().all()) {
            boolean isInside = (other.folder() != null && file.startsWith(other.file()))
                    || other.file().startsWith(file);
            if (isInside) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        file + " follows " + other.source().name() + " already. Choose another with -o, or run"
                                + " `shoal unsub " + other.source().name() + "` first.");
            }
        }
    }

    private Subscription unread(
            IndexSession session,
            SubscriptionWish.Subscribe wish,
            IndexReply.Version answer,
            Path file,
            Subscription.@Nullable Present present) {
        VersionRecord latest = answer.record();
        Configuration configuration = Configuration.load(node.home().configurationFile());
        Subscription.Terms terms = new Subscription.Terms(
                wish.keep() == null ? configuration.number(Setting.KEEP) : wish.keep(),
                configuration.number(Setting.CONFLICT_COPIES),
                wish.limit());
        String owner = node.known()
                .owner(session.index(), latest.name().owner())
                .orElseGet(() -> latest.owner().id().fingerprint());
        Subscription.Source source = new Subscription.Source(
                session.client().address().toString(), session.index().fingerprint(), latest.name(), owner);
        int seen = present == null ? 0 : present.number();
        return new Subscription(0, source, file, terms, seen, present, 0, 0);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException gone) {
            return false;
        }
    }

    private static Path place(SubscriptionWish.Subscribe wish, Name name) {
        Path path = Path.of(wish.output());
        return wish.exact()
                ? path.toAbsolutePath().normalize()
                : TargetPath.resolve(path, path.toAbsolutePath(), name.fileName())
                        .file();
    }

    /** What is there already is the latest version or an older one; anything else is not taken over. */
    private Subscription.@Nullable Present present(IndexSession session, Path file, IndexReply.Version latest) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            HashedFile there = node.catalog()
                    .map(catalog -> catalog.hash(file, node.hasher(), done -> {}))
                    .orElseGet(() -> node.hasher().hash(file));
            int number = number(session, there.id(), latest);
            if (number > 0) {
                return new Subscription.Present(number, there.id(), there.stamp(), Subscription.Role.VERSION);
            }
        }
        throw new PeerException(
                PeerException.Reason.DISK,
                file + " is already there, and is no version of "
                        + latest.record().name()
                        + ". Nothing was overwritten: move it away, or choose another place with -o.");
    }

    /** Which version has a content; 0 for none that the index still knows. */
    private static int number(IndexSession session, ContentId content, IndexReply.Version latest) {
        VersionRecord record = latest.record();
        if (record.content().equals(content)) {
            return record.number();
        }
        return new VersionHistory(session.client())
                .of(record, latest.ownership()).stream()
                        .filter(older -> older.content().equals(content.toString()))
                        .findFirst()
                        .map(Report.VersionKept::version)
                        .orElse(0);
    }

    /** Waits until a version was dealt with; whoever does not stay is told what is in the way. */
    private void awaitFirst(Follower follower, boolean stays) {
        long rounds = 0;
        while (!cancellation.isCancelled()
                && !follower.isGone()
                && !isPaused(follower)
                && (follower.file().subscription().seen() == 0
                        || follower.file().subscription().seen() < follower.latest()
                        || follower.rounds() == 0)) {
            if (follower.awaitRound(rounds, LOOK_MILLIS)) {
                rounds = follower.rounds();
                RuntimeException trouble = follower.trouble();
                if (!stays && trouble != null && !isPassing(trouble)) {
                    throw trouble;
                }
            }
        }
    }

    /** Nobody waits for what is paused, but for the first look at it. */
    private boolean isPaused(Follower follower) {
        String why = following.paused(follower);
        if (why == null || follower.rounds() == 0) {
            return false;
        }
        Name name = follower.file().subscription().source().name();
        reports.accept(new Report.Said("WARNING", name + " is paused " + why + ": nothing is fetched until then."));
        return true;
    }

    private static boolean isPassing(RuntimeException trouble) {
        return trouble instanceof PeerException known && known.reason() == PeerException.Reason.UNREACHABLE;
    }

    /**
     * Changes how much may come in for what is followed, for good.
     *
     * @param names of which names
     * @param rate as {@link Rate} reads it
     * @return how many subscriptions that are
     */
    static int limit(Following following, List<Name> names, String rate) {
        following.open();
        int limited = 0;
        for (Follower follower : following.all()) {
            Subscription subscription = follower.file().subscription();
            if (names.contains(subscription.source().name())) {
                Subscription.Terms terms = subscription.terms();
                boolean isNone = Rate.ofRequest(rate) == Rate.UNLIMITED;
                change(follower, new Subscription.Terms(terms.keep(), terms.copies(), isNone ? null : rate));
                limited++;
            }
        }
        return limited;
    }

    private void unsubscribe(Follower follower) {
        Subscription subscription = follower.file().subscription();
        following.remove(follower);
        boolean keeps;
        follower.files.lock();
        try {
            keeps = follower.file().keepsReplaced();
            follower.file().end();
        } finally {
            follower.files.unlock();
        }
        reports.accept(new SubscriptionReport.Unsubscribed(
                subscription.source().name().text(),
                subscription.file().toString(),
                keeps ? follower.file().history().toString() : null));
        following.unwatch(subscription.source());
    }

    private void restore(Follower follower, int version) {
        follower.files.lock();
        try {
            follower.file().recover();
            following.unshare(follower);
            int back = switch (follower.file()) {
                case SubscribedFile file -> file.restore(version, file.look()).number();
                case SubscribedFolder folder -> folder.restore(version);
            };
            Subscription subscription = follower.file().subscription();
            reports.accept(new SubscriptionReport.Restored(
                    subscription.source().name().text(), subscription.file().toString(), back));
        } finally {
            follower.files.unlock();
        }
    }

    private void resolve(Follower follower, SubscribedFile.Choice choice) {
        long rounds;
        follower.files.lock();
        try {
            follower.file().recover();
            if (!isResolved(follower, choice)) {
                throw new PeerException(
                        PeerException.Reason.FAILED,
                        follower.file().subscription().file() + " was not edited: there is nothing to resolve.");
            }
            rounds = follower.rounds();
        } finally {
            follower.files.unlock();
        }
        Subscription subscription = follower.file().subscription();
        Name name = subscription.source().name();
        try (Following.Hearing hearing = following.listen(reports, name)) {
            String paused = null;
            if (choice != SubscribedFile.Choice.MINE) {
                hearing.wake(follower);
                paused = awaitPut(follower, rounds);
            }
            hearing.report(new SubscriptionReport.Resolved(
                    name.text(), subscription.file().toString(), choice.name().toLowerCase(Locale.ROOT), paused));
        }
    }

    /** False when there is nothing to decide about. */
    private static boolean isResolved(Follower follower, SubscribedFile.Choice choice) {
        int latest = Math.max(follower.latest(), follower.file().subscription().seen());
        return switch (follower.file()) {
            case SubscribedFolder folder -> folder.resolve(choice, latest);
            case SubscribedFile file -> {
                LocalState local = file.look();
                boolean isEdited =
                        local.kind() != LocalState.Kind.AS_PUT || !file.beside().isEmpty();
                if (isEdited) {
                    file.resolve(choice, latest, local);
                }
                yield isEdited;
            }
        };
    }

    /** Returns why it is paused, when nobody knows when it comes; null when it is there. */
    private @Nullable String awaitPut(Follower follower, long before) {
        long rounds = before;
        while (!cancellation.isCancelled() && follower.file().subscription().seen() == 0) {
            String paused = following.paused(follower);
            if (paused != null) {
                return paused;
            }
            if (follower.awaitRound(rounds, LOOK_MILLIS)) {
                rounds = follower.rounds();
                RuntimeException trouble = follower.trouble();
                if (trouble != null) {
                    throw trouble;
                }
                if (follower.isGone()) {
                    throw new PeerException(
                            PeerException.Reason.NOT_FOUND,
                            "The index has no such name any more. Nothing was changed.");
                }
            }
        }
        return null;
    }

    private Follower follower(String text) {
        List<Name> names = node.accounts().owners(user).stream()
                .map(owner -> Target.parse(text, owner).name())
                .distinct()
                .toList();
        for (Name name : names) {
            Optional<Follower> follower = following.find(null, name);
            if (follower.isPresent()) {
                return follower.get();
            }
        }
        throw new PeerException(
                PeerException.Reason.NOT_FOUND,
                "This home does not follow " + names.getFirst() + ". `shoal subs` lists what it follows.");
    }
}
