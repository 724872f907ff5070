package dev.shoal.peer;

import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.Name;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFolder;
import dev.shoal.store.PartialFolder;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.SubscribedFolder;
import dev.shoal.swarm.Order;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings the folder of one subscription in step with its name: fetches the list of the new version, and of its files
 * those whose bytes are nowhere here, and has all of it put where it belongs. Runs on its caller's thread, once.
 */
final class FolderUpdating {

    /** How many files are named that were edited; of more it is said how many. */
    private static final int MOST_NAMED = 3;

    private final PeerNode node;
    private final Following following;
    private final IndexSession session;
    private final Follower follower;
    private final SubscribedFolder folder;

    /** What came with the list, when large files are fetched after that. */
    private long fetchedBytes;

    /** How much had come in earlier attempts. */
    private long earlierBytes;

    FolderUpdating(
            PeerNode node, Following following, IndexSession session, Follower follower, SubscribedFolder folder) {
        this.node = node;
        this.following = following;
        this.session = session;
        this.follower = follower;
        this.folder = folder;
    }

    /** Does what is to be done about a version. Returns whether nothing is left to be done now. */
    boolean run(Updating.Wanted wanted) {
        int number = wanted.record().number();
        boolean isDue = Updating.withFiles(follower, () -> {
            folder.recover();
            if (folder.subscription().seen() < number && folder.isThere(wanted.content())) {
                folder.renumber(number);
            }
            return folder.subscription().seen() < number;
        });
        if (!isDue) {
            serve(wanted);
            return true;
        }
        try {
            return following.isPaused(follower) || fetch(wanted);
        } catch (InvalidFolderException e) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    wanted.subject().name() + " is not taken: " + e.getMessage() + ". Tell its owner.",
                    e);
        }
    }

    /** Returns whether it came to an end, and was not ended before. */
    private boolean fetch(Updating.Wanted wanted) {
        if (!Updating.claim(node, follower, wanted.content(), this)) {
            return false;
        }
        try {
            PartialFolder part = Updating.withFiles(
                    follower,
                    () -> folder.open(wanted.content(), wanted.record().number(), HashProgress.UNSEEN));
            earlierBytes = part.part().id().length() - part.part().missingBytes();
            boolean ended = false;
            Downloading downloading = null;
            try {
                node.leaveRoom(part.part(), part.missingBytes());
                copy(part, wanted);
                downloading = downloading(part, wanted, null);
                boolean isHere = Updating.run(node, follower, downloading);
                List<SimilarFile> older =
                        isHere ? Updating.withFiles(follower, () -> folder.versions(part)) : List.of();
                if (isHere && part.missingBytes() > 0) {
                    leaveRoom(part, older);
                    // Now it is known of which large files there are older versions here.
                    fetchedBytes = downloading.got("").receivedBytes();
                    node.servings().remove(downloading.served(), "the download goes on");
                    Rebuild rebuild = Rebuild.of(node, part.part(), older, follower.cancellation());
                    downloading = downloading(part, wanted, rebuild);
                    isHere = Updating.run(node, follower, downloading);
                } else {
                    older.forEach(SimilarFile::close);
                }
                if (isHere) {
                    place(downloading, part, wanted);
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

    private void leaveRoom(PartialFolder part, List<SimilarFile> older) {
        boolean hasRoom = false;
        try {
            node.leaveRoom(part.part(), part.missingBytes());
            hasRoom = true;
        } finally {
            if (!hasRoom) {
                older.forEach(SimilarFile::close);
            }
        }
    }

    private void close(PartialFolder part) {
        try {
            part.close();
        } finally {
            node.running().remove(part.part().id());
        }
    }

    private void copy(PartialFolder part, Updating.Wanted wanted) {
        String name = wanted.subject().name().text();
        new LocalCopy(
                        node,
                        wanted.subject().key(),
                        part.part(),
                        wanted.passesOn(),
                        follower.cancellation(),
                        done -> tell(new Report.Progress(
                                name,
                                part.wantedBytes() - part.missingBytes(),
                                part.wantedBytes(),
                                0,
                                -1,
                                0,
                                "copying")))
                .of(part)
                .run();
        // What kept a copy from going on is known here, and is in the way of a download as well.
        part.came();
        // With the list, it may want more than was asked for.
        node.leaveRoom(part.part(), part.missingBytes());
    }

    private Downloading downloading(PartialFolder part, Updating.Wanted wanted, @Nullable Rebuild rebuild) {
        Downloading downloading = new Downloading(
                node,
                session,
                wanted.subject(),
                part.part(),
                wanted.passesOn(),
                Order.RAREST_FIRST,
                Updating.request(wanted, folder.subscription()),
                rebuild,
                this::tell,
                follower.cancellation());
        downloading.of(part);
        return downloading;
    }

    private void place(Downloading downloading, PartialFolder part, Updating.Wanted wanted) {
        Updating.withFiles(follower, () -> {
            following.unshare(follower);
            // Its files are about to be moved; from then on they are read where they are.
            node.servings().remove(downloading.served(), "the download has ended");
            SubscribedFolder.Placed placed = folder.put(part, wanted.record().number());
            // It is in step from now on, even if nobody else knows yet.
            follower.downloads(null);
            told(downloading, wanted, placed);
            return placed;
        });
        if (!isServed(wanted)) {
            downloading.stopServing("the source has ended");
        }
    }

    private void told(Downloading downloading, Updating.Wanted wanted, SubscribedFolder.Placed placed) {
        String path = folder.subscription().file().toString();
        Report.Got got = downloading.got(path);
        long bytes = wanted.content().length();
        long fetched = Math.min(fetchedBytes + got.receivedBytes(), bytes);
        long saved = Updating.savedBytes(bytes, fetched, earlierBytes);
        folder.synced(System.currentTimeMillis(), saved);
        Path kept = placed.kept();
        tell(new SubscriptionReport.Updated(
                got.name(),
                path,
                wanted.record().number(),
                got.content(),
                bytes,
                fetched,
                saved,
                got.millis(),
                kept == null ? null : kept.toString()));
        if (!placed.conflicts().isEmpty()) {
            tellConflicts(wanted, placed.conflicts());
        }
    }

    private void tellConflicts(Updating.Wanted wanted, List<SubscribedFolder.Conflict> conflicts) {
        String name = wanted.subject().name().text();
        int number = wanted.record().number();
        Path root = folder.subscription().file();
        String files = conflicts.stream()
                .limit(MOST_NAMED)
                .map(each -> root.relativize(each.file()).toString())
                .collect(Collectors.joining(", "));
        int more = conflicts.size() - MOST_NAMED;
        Path copy = conflicts.stream()
                .flatMap(each -> Optional.ofNullable(each.copy()).stream())
                .findFirst()
                .orElse(null);
        String where = copy == null ? "was not put there" : "is beside what is yours";
        tell(new SubscriptionReport.Conflict(
                name,
                root.toString(),
                number,
                copy == null ? null : copy.toString(),
                "In " + root + ", " + files + (more > 0 ? " and " + more + " more" : "")
                        + (conflicts.size() == 1 ? " was" : " were") + " edited here, so version " + number + " of "
                        + (conflicts.size() == 1 ? "it " : "them ") + where + ". `shoal resolve " + name
                        + "` with --mine, --theirs or --both decides."));
    }

    private void tell(Report report) {
        Name name = folder.subscription().source().name();
        following.tell(name, report);
    }

    /** What is in step is served, as the last version is to whoever else follows it. */
    private void serve(Updating.Wanted wanted) {
        if (follower.shared() == null) {
            isServed(wanted);
        }
    }

    private boolean isServed(Updating.Wanted wanted) {
        if (!wanted.passesOn()) {
            return false;
        }
        Optional<HashedFolder> there = Updating.withFiles(follower, folder::there)
                .filter(hashed -> hashed.id().equals(wanted.content()));
        there.ifPresent(hashed -> follower.shares(new Standing(node, session, wanted.subject()).share(hashed)));
        return there.isPresent();
    }
}
