package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.Link;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.FileChangedException;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.LocalState;
import dev.shoal.store.PartialFile;
import dev.shoal.store.StoreException;
import dev.shoal.store.SubscribedFile;
import dev.shoal.store.SubscribedFolder;
import dev.shoal.store.Subscription;
import dev.shoal.store.TargetExistsException;
import dev.shoal.swarm.Order;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one subscription in step with its name: asks the index, believes what the owner signed, fetches what is new
 * and has it put there or beside; what is done about a folder is {@link FolderUpdating}'s. Runs on its caller's thread,
 * once.
 */
final class Updating {

    /** How often it is looked anew when somebody writes to the file at just that moment. */
    private static final int ATTEMPTS = 3;

    /** How often a wait for another download of the same content looks whether that has ended. */
    private static final long JOINED_MILLIS = 250;

    /** A version that is to be had. */
    record Wanted(VersionRecord record, NamedShare subject, boolean passesOn) {
        ContentId content() {
            return record.content();
        }
    }

    private final PeerNode node;
    private final Following following;
    private final IndexSession session;
    private final Follower follower;

    /** How much had come in earlier attempts. */
    private long earlierBytes;

    Updating(PeerNode node, Following following, IndexSession session, Follower follower) {
        this.node = node;
        this.following = following;
        this.session = session;
        this.follower = follower;
    }

    /**
     * Looks what is to be done, and does it.
     *
     * @throws PeerException when the index or the sources are out of reach, or are not to be believed
     * @throws StoreException when the disk is in the way
     */
    void run() {
        for (int attempt = 1; ; attempt++) {
            try {
                once();
                return;
            } catch (FileChangedException | TargetExistsException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void once() {
        Name name = follower.file().subscription().source().name();
        IndexReply.Version answer;
        try {
            answer = target(follower.file().subscription()).resolve(session.client(), node.known(), node.events());
        } catch (PeerException e) {
            if (e.reason() == PeerException.Reason.NOT_FOUND) {
                follower.gone();
                return;
            }
            throw e;
        }
        VersionRecord record = answer.record();
        follower.saw(record.number());
        boolean isFolder = record.kind() == VersionRecord.Kind.FOLDER;
        if (isFolder != follower.file() instanceof SubscribedFolder) {
            throw new PeerException(
                    PeerException.Reason.FAILED,
                    name + " is " + (isFolder ? "a folder" : "a file") + " now. Run `shoal unsub " + name
                            + "`, and follow it anew.");
        }
        ShareKey key = new ShareKey(record.content(), session.circle(answer.audience()));
        Wanted wanted = new Wanted(
                record,
                new NamedShare(name, key),
                node.known().privateContents().passesOn(key, record.owner()));
        boolean isDone = switch (follower.file()) {
            case SubscribedFolder folder -> new FolderUpdating(node, following, session, follower, folder).run(wanted);
            case SubscribedFile file -> update(file, wanted);
        };
        // Else it is gone on with later.
        if (isDone || following.isPaused(follower)) {
            follower.succeeded();
        }
    }

    /** Returns whether nothing is left to be done now. */
    private boolean update(SubscribedFile file, Wanted wanted) {
        NextStep step = withFiles(follower, () -> settle(file, wanted));
        if (step == NextStep.PUT || step == NextStep.PUT_BESIDE) {
            return following.isPaused(follower) || fetch(file, wanted);
        }
        serve(wanted);
        return true;
    }

    /** The name, with the owner who was believed when it was subscribed. */
    private static Target target(Subscription subscription) {
        Subscription.Source source = subscription.source();
        HostAndPort place = HostAndPort.parse(source.indexAddress());
        Link pinned = new Link(source.indexKey(), place.host(), place.port(), source.name(), source.owner(), null);
        return new Target(source.name(), 0, pinned);
    }

    /** Of what is not followed any more, nothing is touched: whoever ends it holds the same lock after saying so. */
    static <T> T withFiles(Follower follower, Supplier<T> work) {
        follower.files.lock();
        try {
            if (follower.cancellation().isCancelled()) {
                throw new PeerException(PeerException.Reason.FAILED, "This is not gone on with.");
            }
            return work.get();
        } finally {
            follower.files.unlock();
        }
    }

    /** Does what needs nothing to be fetched. */
    private NextStep settle(SubscribedFile file, Wanted wanted) {
        file.recover();
        LocalState local = file.look();
        NextStep step = step(file, wanted, local);
        int number = wanted.record.number();
        if (step == NextStep.ADOPT) {
            file.adopt(number, local);
            file.synced(System.currentTimeMillis(), 0);
        } else if (step == NextStep.PASS) {
            file.pass(number);
            tellConflict(file, local, number, null);
        }
        return step;
    }

    private static NextStep step(SubscribedFile file, Wanted wanted, LocalState local) {
        Subscription subscription = file.subscription();
        return NextStep.of(
                subscription.seen(),
                wanted.record.number(),
                wanted.content(),
                local,
                subscription.terms().copies());
    }

    /** Waits until nobody else gets a content. Returns false when this is not gone on with. */
    static boolean claim(PeerNode node, Follower follower, ContentId content, Object by) {
        while (!node.claim(content, by)) {
            if (follower.cancellation().await(JOINED_MILLIS)) {
                return false;
            }
        }
        return true;
    }

    /** What is asked for, under the terms of a subscription. */
    static Request.Get request(Wanted wanted, Subscription subscription) {
        return new Request.Get(
                null,
                wanted.subject.name().text(),
                subscription.file().toString(),
                true,
                false,
                false,
                subscription.terms().rate());
    }

    /** Returns whether it came to an end, and was not ended before. */
    private boolean fetch(SubscribedFile file, Wanted wanted) {
        if (!claim(node, follower, wanted.content(), this)) {
            return false;
        }
        try {
            PartialFile part = withFiles(follower, () -> file.open(wanted.content(), HashProgress.UNSEEN));
            earlierBytes = part.id().length() - part.missingBytes();
            boolean ended = false;
            Downloading downloading = null;
            try {
                leaveRoom(part);
                downloading = downloading(file, part, wanted);
                if (run(node, follower, downloading)) {
                    place(file, downloading, wanted);
                    ended = true;
                }
                return ended;
            } finally {
                if (!ended && downloading != null) {
                    downloading.stopServing(Downloading.GIVEN_UP);
                }
                follower.downloads(null);
                close(part);
            }
        } finally {
            node.release(wanted.content(), this);
        }
    }

    /** As for every other download; what has not begun leaves nothing. */
    private void leaveRoom(PartialFile part) {
        boolean isEmpty = part.missingBytes() == part.id().length();
        boolean hasRoom = false;
        try {
            node.leaveRoom(part, part.missingBytes());
            hasRoom = true;
        } finally {
            if (!hasRoom && isEmpty) {
                part.discard();
            }
        }
    }

    private void close(PartialFile part) {
        try {
            part.close();
        } finally {
            node.running().remove(part.id());
        }
    }

    private Downloading downloading(SubscribedFile file, PartialFile part, Wanted wanted) {
        Consumer<Long> copying = done -> tell(new Report.Progress(
                wanted.subject.name().text(), done, part.id().length(), 0, -1, 0, "copying"));
        new LocalCopy(node, wanted.subject.key(), part, wanted.passesOn, follower.cancellation(), copying).run();
        return new Downloading(
                node,
                session,
                wanted.subject,
                part,
                wanted.passesOn,
                Order.RAREST_FIRST,
                request(wanted, file.subscription()),
                Rebuild.of(node, part, withFiles(follower, file::versions), follower.cancellation()),
                this::tell,
                follower.cancellation());
    }

    static boolean run(PeerNode node, Follower follower, Downloading downloading) {
        // Its place is for others then; what has come is gone on with.
        downloading.endsWhenPaused();
        node.running().put(downloading.part().id(), downloading);
        follower.downloads(downloading);
        try {
            return downloading.run();
        } catch (PeerException e) {
            if (e.reason() != PeerException.Reason.UNREACHABLE) {
                throw e;
            }
            throw new PeerException(
                    PeerException.Reason.UNREACHABLE,
                    "The new version cannot be fetched now: nobody who has it is on-line, or can be reached.",
                    e);
        }
    }

    /** Puts what has come where it belongs by now: meanwhile somebody may have edited the file. */
    private void place(SubscribedFile file, Downloading downloading, Wanted wanted) {
        Optional<HashedFile> placed = withFiles(follower, () -> put(downloading, wanted, file));
        if (placed.isPresent() && wanted.passesOn) {
            PeerNode.Shared share = new Standing(node, session, wanted.subject).share(placed.get());
            follower.shares(share);
            // From now on it is read in the finished file.
            node.servings().remove(downloading.served(), "the download has ended");
            // It is compared with the next version, which is then not held up by cutting it.
            node.tables().find(share.served());
            node.catalog().ifPresent(catalog -> catalog.remember(placed.get()));
        } else {
            downloading.stopServing("the source has ended");
        }
    }

    private Optional<HashedFile> put(Downloading downloading, Wanted wanted, SubscribedFile file) {
        PartialFile part = downloading.part();
        int number = wanted.record.number();
        LocalState local = file.look();
        return switch (step(file, wanted, local)) {
            case PUT -> {
                following.unshare(follower);
                SubscribedFile.Placed placed = file.put(part, number, local);
                // It is in step from now on, even if nobody else knows yet.
                follower.downloads(null);
                told(downloading, file, number, placed);
                yield Optional.of(placed.file());
            }
            case PUT_BESIDE -> {
                Path copy = file.putBeside(part, number).file().path();
                tellConflict(file, local, number, copy);
                yield Optional.empty();
            }
            case ADOPT, PASS, NOTHING -> {
                // It came there in another way, or is not wanted any more.
                part.discard();
                settle(file, wanted);
                yield Optional.empty();
            }
        };
    }

    private void told(Downloading downloading, SubscribedFile file, int number, SubscribedFile.Placed placed) {
        String path = file.subscription().file().toString();
        Report.Got got = downloading.got(path);
        long fetched = Math.min(got.receivedBytes(), got.bytes());
        long saved = savedBytes(got.bytes(), fetched, earlierBytes);
        file.synced(System.currentTimeMillis(), saved);
        Path kept = placed.kept();
        tell(new SubscriptionReport.Updated(
                got.name(),
                path,
                number,
                got.content(),
                got.bytes(),
                fetched,
                saved,
                got.millis(),
                kept == null ? null : kept.toString()));
    }

    /** Of what came in an earlier attempt it is not known whether it came over the network: it is not called saved. */
    static long savedBytes(long bytes, long fetched, long earlier) {
        return Math.max(0, bytes - fetched - earlier);
    }

    private void tell(Report report) {
        following.tell(follower.file().subscription().source().name(), report);
    }

    private void tellConflict(SubscribedFile file, LocalState local, int number, @Nullable Path copy) {
        String name = file.subscription().source().name().text();
        String path = file.subscription().file().toString();
        String why = local.kind() == LocalState.Kind.IN_THE_WAY
                ? path + " is no ordinary file any more"
                : path + " was edited here";
        String where = copy == null ? "was not fetched" : "is beside it, in " + copy;
        tell(new SubscriptionReport.Conflict(
                name,
                path,
                number,
                copy == null ? null : copy.toString(),
                why + ", so version " + number + " " + where + ". `shoal resolve " + name
                        + "` with --mine, --theirs or --both decides."));
    }

    /** What is in step is served, as the last version is to whoever else follows it. */
    private void serve(Wanted wanted) {
        Subscription subscription = follower.file().subscription();
        Subscription.Present present = subscription.present();
        if (follower.shared() != null
                || !wanted.passesOn
                || present == null
                || !present.content().equals(wanted.content())) {
            return;
        }
        try {
            HashedFile hashed = node.catalog()
                    .map(catalog -> catalog.hash(subscription.file(), node.hasher(), HashProgress.UNSEEN))
                    .orElseGet(() -> node.hasher().hash(subscription.file()));
            if (hashed.id().equals(wanted.content())) {
                follower.shares(new Standing(node, session, wanted.subject).share(hashed));
            }
        } catch (StoreException e) {
            // It is gone, or was edited: then there is nothing to serve.
            node.events().detail("Not served: " + e.getMessage());
        }
    }
}
