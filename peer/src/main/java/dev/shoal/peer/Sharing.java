package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.peer.Owners.Owner;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.FolderHasher;
import dev.shoal.store.FolderMemory;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.HashedFolder;
import dev.shoal.store.LocalContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out {@link Request.Share}: hashes, signs, registers, and serves until it is cancelled. */
final class Sharing {

    /** How often a version is signed anew when another process of the same key was quicker. */
    private static final int ATTEMPTS = 3;

    /** Whoever something is shared for. */
    interface Taker {

        /**
         * It is at the index, and served. Returns false when it is not wanted any more: then it is taken away again,
         * before anybody is told that it is shared.
         *
         * @param link what others get it by
         */
        boolean takes(PeerNode.Shared shared, String link);
    }

    /** What became of a file at the index. */
    private record Published(Name name, IndexReply.Ack ack, VersionRecord record, Optional<Readers> readers) {

        /** Whether this made the name or the version, else it was there. */
        boolean isFresh() {
            return ack.outcome() == IndexReply.Ack.Outcome.NAME_MADE
                    || ack.outcome() == IndexReply.Ack.Outcome.VERSION_MADE;
        }
    }

    /** A file on its way to be shared: served from the moment on at which it is known with whom. */
    private final class Item {
        private final LocalContent file;
        private final String note;
        private final long limitBytesPerSecond;
        private final Readership readership;
        private final Consumer<String> lost;
        private final @Nullable HashedFile known;
        private @Nullable Served served;

        Item(LocalContent file, @Nullable HashedFile known, Request.Share request, Consumer<String> lost) {
            this.file = file;
            this.known = known;
            this.lost = lost;
            this.note = request.note();
            this.limitBytesPerSecond = Rate.ofRequest(request.limit());
            this.readership = new Readership(
                    request.readers(),
                    audiences,
                    owners.first().key(),
                    node.known().privateNames(),
                    session.index());
        }

        /**
         * Before anybody can hear of it, as the first who does may be here at once.
         *
         * @param owner whose the version is: the account's key, or that of this home from before
         */
        ShareKey serve(@Nullable AudienceId audience, PeerKey owner) {
            Circle circle = session.circle(audience);
            if (circle != null) {
                ShareKey key = new ShareKey(file.id(), circle);
                node.known().privateContents().shared(key, owner);
            }
            Served now = served;
            if (now == null || !Objects.equals(now.key().circle(), circle)) {
                retract();
                now = new Served(file.shared(node.openFiles()), circle, limitBytesPerSecond);
                now.whenLost(lost);
                node.servings().add(now);
                served = now;
            }
            return now.key();
        }

        private VersionRecord.Kind kind() {
            return file instanceof HashedFolder ? VersionRecord.Kind.FOLDER : VersionRecord.Kind.FILE;
        }

        /** How many of its bytes are not in the version before, at most; null when that is not known. */
        private @Nullable Long changedBytes(OwnVersions.@Nullable Latest latest) {
            Served now = served;
            return latest != null && now != null && file instanceof HashedFile hashed
                    ? new VersionChange(node).bytes(latest.record().content(), hashed, now, known)
                    : null;
        }

        /** It was not shared after all. */
        void giveUp() {
            retract();
            readership.close(node.events());
        }

        private void retract() {
            if (served != null) {
                node.retract(served);
                served = null;
            }
        }
    }

    private final PeerNode node;
    private final IndexSession session;
    private final Owners owners;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;
    private final Losses losses;
    private final Audiences audiences;
    private final OwnVersions versions;
    private final Shareable shareable;

    Sharing(PeerNode node, IndexSession session, Owners owners, Consumer<Report> reports, Cancellation cancellation) {
        this.node = node;
        this.session = session;
        this.owners = owners;
        this.reports = reports;
        this.cancellation = cancellation;
        this.losses = new Losses(cancellation);
        this.audiences = new Audiences(new AccountLine(session.client()));
        this.shareable = new Shareable(node.home());
        this.versions = new OwnVersions(session.client(), owners, node.known(), node.events());
    }

    /**
     * Shares all files, then waits for the cancellation, and publishes what changes meanwhile if that is wanted.
     *
     * @throws PeerException when none of them is what it was, so that nothing is served any more
     */
    void run(Request.Share request) {
        checkReaders(request.readers());
        List<PeerNode.Shared> begun = new ArrayList<>();
        try {
            if (request.watch()) {
                shareable.checkThere(request.paths());
                new LiveSharing(node, this::share, reports, cancellation).run(request);
                return;
            }
            for (String path : request.paths()) {
                begun.add(share(Path.of(path), request, true, new FolderMemory(), losses::lost)
                        .shared());
            }
            serve(request.paths().size());
        } catch (CancellationException e) {
            node.events().detail("Hashing was given up.");
        } finally {
            node.unshare(begun);
        }
    }

    /**
     * Shares one file, and leaves it to the caller for how long.
     *
     * @param lost is told, in a sentence, when it turns out that the file is not what it was; returns at once
     */
    void share(Path path, Request.Share request, Consumer<String> lost, Taker taker) {
        checkReaders(request.readers());
        share(path, request, true, new FolderMemory(), lost, taker);
    }

    /** Tells of every file that is lost, until none is left. */
    private void serve(int files) {
        for (int left = files; left > 0; left--) {
            Optional<String> loss = losses.next();
            if (loss.isEmpty()) {
                return;
            }
            reports.accept(new Report.Said("WARNING", loss.get()));
        }
        throw new PeerException(
                PeerException.Reason.DISK, "Nothing that was shared here can be served any more. Share it again.");
    }

    private void checkReaders(@Nullable Readers readers) {
        if (readers != null && !readers.everybody() && !owners.haveAccount()) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "Only an account of the index shares privately. `shoal signup USER` makes one, `shoal login USER`"
                            + " uses one that you have.",
                    ErrorCode.NOT_LOGGED_IN);
        }
    }

    private LiveSharing.Outcome share(
            Path path, Request.Share request, boolean isFirst, FolderMemory memory, Consumer<String> lost) {
        return share(path, request, isFirst, memory, lost, (shared, link) -> !cancellation.isCancelled());
    }

    private LiveSharing.Outcome share(
            Path path,
            Request.Share request,
            boolean isFirst,
            FolderMemory memory,
            Consumer<String> lost,
            Taker taker) {
        shareable.check(path);
        HashedFile known =
                node.catalogIfThere().flatMap(catalog -> catalog.last(path)).orElse(null);
        Item item = new Item(hash(path, memory), known, request, lost);
        if (request.readers() != null && !request.readers().everybody()) {
            // Whatever comes of it, as files that were hashed are found by their content from now on.
            node.known().privateContents().hold(item.file.id());
        }
        boolean registered = false;
        try {
            LiveSharing.Outcome outcome = register(path, request.name(), item, isFirst, taker);
            registered = true;
            if (request.watch()
                    && isFirst
                    && item.file instanceof HashedFile
                    && item.file.id().length() <= VersionChange.MOST_CUT_BYTES) {
                // What it is compared with when it has changed, as its bytes are gone by then.
                node.tables().prepare(outcome.shared().served());
            }
            return outcome;
        } finally {
            if (!registered) {
                item.giveUp();
            }
        }
    }

    private LiveSharing.Outcome register(Path path, @Nullable String wanted, Item item, boolean isFirst, Taker taker) {
        if (cancellation.isCancelled()) {
            // Nobody wants it any more, and nobody has heard of it yet.
            throw new CancellationException();
        }
        Published published = publish(path, wanted, item);
        Served served = Objects.requireNonNull(item.served);
        PeerNode.Shared shared = new PeerNode.Shared(session, published.name, path.toString(), served);
        node.share(shared);
        if (!taker.takes(shared, link(published))) {
            item.served = null;
            takeAway(shared, published);
            throw new CancellationException();
        }
        if (published.ack.outcome() == IndexReply.Ack.Outcome.VERSION_MADE && item.file instanceof HashedFile) {
            // Who has the version before asks for it next.
            node.tables().prepare(served);
        }
        if (isFirst || published.isFresh()) {
            report(path, item.file, published);
        }
        if (served.key().isPrivate()) {
            warnOfPublic(path, item);
        } else {
            everybodys(path, item);
        }
        return new LiveSharing.Outcome(shared, published.isFresh());
    }

    /** What was not wanted any more when it was at the index: of a name that was there before, the version stays. */
    private void takeAway(PeerNode.Shared shared, Published published) {
        try {
            if (published.ack.outcome() == IndexReply.Ack.Outcome.NAME_MADE) {
                session.presence().deregister(new IndexRequest.DeregisterName(published.name), List.of());
            }
        } catch (PeerException e) {
            node.events()
                    .warning(published.name + " was given up, but the index still has the name: " + e.getMessage()
                            + " `shoal rm " + published.name + "` takes it away.");
        } finally {
            node.unshare(List.of(shared));
        }
    }

    private String link(Published published) {
        return session.advertised().link(session.index(), published.record);
    }

    /** What this process shares with everybody goes on: it is another share, which somebody began. */
    private void warnOfPublic(Path path, Item item) {
        for (PeerNode.Shared open : node.sharesOf(new ShareKey(item.file.id()))) {
            reports.accept(new Report.Said(
                    "WARNING",
                    path + " is private from now on, but its content is shared with everybody here as well, as "
                            + open.name() + ", and stays so until that share is ended."));
        }
    }

    /** Shared with everybody by who may say so: it is private no longer. */
    private void everybodys(Path path, Item item) {
        PrivateContents contents = node.known().privateContents();
        ContentId content = item.file.id();
        if (!item.readership.isSaid() && contents.isKnown(content)) {
            reports.accept(new Report.Said(
                    "WARNING",
                    path + " was shared or got privately before, and everybody may get it from now on. If that is not"
                            + " meant, stop sharing it, and say --private or --to with whom it is shared."));
        }
        contents.shared(new ShareKey(content), owners.first().key());
    }

    private Published publish(Path path, @Nullable String wanted, Item item) {
        String user = owners.user();
        try {
            return publish(name(path, wanted, user), item);
        } catch (PeerException e) {
            boolean ownerAskedFor = wanted != null && wanted.indexOf('/') >= 0;
            if (ownerAskedFor || !e.isRefusal(ErrorCode.NAME_TAKEN, ErrorCode.NAME_OWNED)) {
                throw e;
            }
            // Somebody else of the same name was here first: the owner that was not asked for gives way.
            String other = user + "-" + owners.first().key().id().fingerprint().substring(0, 4);
            Published published = publish(name(path, wanted, other), item);
            String advice =
                    owners.haveAccount() ? "" : " Choose a user name of your own with `shoal config user NAME`.";
            reports.accept(new Report.Said(
                    "INFO",
                    "At this index the names of \"" + user + "\" belong to somebody else; this is shared as "
                            + published.name + "." + advice));
            return published;
        }
    }

    /** Publishes as whoever owns the names: the account, or this home from the time before it had one. */
    private Published publish(Name name, Item item) {
        try {
            return publish(name, item, owners.first());
        } catch (PeerException e) {
            Optional<Owner> second = owners.second();
            if (second.isEmpty() || !e.isRefusal(ErrorCode.NAME_OWNED)) {
                throw e;
            }
            return publishAsSecond(name, item, second.get(), e);
        }
    }

    private Published publishAsSecond(Name name, Item item, Owner second, PeerException first) {
        try {
            return publish(name, item, second);
        } catch (PeerException e) {
            if (e.isRefusal()) {
                // It is the account that people know of.
                throw first;
            }
            throw e;
        }
    }

    private Published publish(Name name, Item item, Owner maker) {
        for (int attempt = 1; ; attempt++) {
            OwnVersions.Latest latest = versions.latest(name);
            Owner owner = latest == null ? maker : owners.with(latest.owner()).orElse(maker);
            boolean current = latest != null && versions.isNewest(latest, item.file.id());
            AudienceId before = latest == null ? null : latest.audience();
            if (item.readership.isSaid()) {
                versions.checkOwner(name, latest);
            }
            if (node.known().privateNames().isPrivate(session.index(), name)) {
                node.known().privateContents().hold(item.file.id());
            }
            AudienceId audience = item.readership.audience(name, before, current);
            boolean same = current && Objects.equals(audience, before);
            VersionRecord made =
                    same ? null : versions.next(name, latest, owner, item.kind(), item.file.id(), item.note);
            item.readership.remember(name, audience);
            VersionRecord record = made == null ? Objects.requireNonNull(latest).record() : made;
            try {
                ShareKey share = item.serve(audience, record.owner());
                Long changed = made == null ? null : item.changedBytes(latest);
                IndexReply.Ack ack = register(new NamedShare(name, share), made, item, changed);
                versions.remember(record);
                return new Published(name, ack, record, item.readership.shared(name, audience, node.events()));
            } catch (PeerException e) {
                if (e.isRefusal()) {
                    item.readership.refused(name, node.events());
                }
                // Another process of this key published in the same moment: once more, after that.
                if (attempt >= ATTEMPTS || !e.isRefusal(ErrorCode.STALE_VERSION)) {
                    throw e;
                }
            }
        }
    }

    private void report(Path path, LocalContent file, Published published) {
        Name name = published.name;
        VersionRecord record = published.record;
        String link = link(published);
        reports.accept(new Report.Shared(
                path.toString(),
                name.text(),
                record.number(),
                file.id().toString(),
                file.id().length(),
                published.isFresh(),
                link,
                "shoal get " + link,
                Report.access(published.readers.filter(Readers::everybody).isEmpty()),
                published
                        .readers
                        .filter(some -> !some.everybody())
                        .map(Readers::names)
                        .orElse(null)));
    }

    private LocalContent hash(Path path, FolderMemory memory) {
        if (Files.isDirectory(path)) {
            return hashFolder(path, memory);
        }
        HashProgress progress = hashing(path, path.toFile().length());
        return node.catalog()
                .map(catalog -> catalog.hash(path, node.hasher(), progress))
                .orElseGet(() -> node.hasher().hash(path, progress));
    }

    private HashedFolder hashFolder(Path path, FolderMemory memory) {
        try {
            boolean isFirst = memory.look().isEmpty();
            FolderHasher hasher = new FolderHasher(node.hasher(), path, memory);
            if (hasher.leftOut() > 0 && isFirst) {
                reports.accept(new Report.Said(
                        "WARNING",
                        "In " + path + ", " + hasher.leftOut() + " pipes, sockets or devices are left out."));
            }
            return hasher.hash(hashing(path, hasher.bytes()));
        } catch (InvalidFolderException e) {
            throw new PeerException(PeerException.Reason.USAGE, path + " cannot be shared: " + e.getMessage() + ".", e);
        }
    }

    private HashProgress hashing(Path path, long total) {
        HashingReports told = new HashingReports(path, total, reports);
        return done -> {
            if (cancellation.isCancelled()) {
                throw new CancellationException();
            }
            told.hashed(done);
        };
    }

    /**
     * Under which name something is shared.
     *
     * @param wanted what was asked for; null for that of the path
     */
    static Name name(Path path, @Nullable String wanted, String owner) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        if (wanted == null && last == null) {
            throw new PeerException(
                    PeerException.Reason.USAGE, path + " has no name of its own. Choose one with --name.");
        }
        String text = wanted == null ? String.valueOf(last) : wanted;
        try {
            return new Name(text.indexOf('/') >= 0 ? text : owner + "/" + text);
        } catch (InvalidNameException e) {
            throw new PeerException(PeerException.Reason.USAGE, e.getMessage() + ". Choose another with --name.", e);
        }
    }

    private IndexReply.Ack register(
            NamedShare share, @Nullable VersionRecord record, Item item, @Nullable Long changedBytes) {
        ChunkSet all = ChunkSet.full(share.content().layout().chunkCount());
        return session.presence().register(share, all, record, item.readership.isPublic(), changedBytes);
    }
}
