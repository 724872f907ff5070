package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderListing;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.PathPatterns;
import dev.shoal.store.FolderHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFolder;
import dev.shoal.store.NoSuchPathException;
import dev.shoal.store.PartialFolder;
import dev.shoal.store.TargetPath;
import dev.shoal.swarm.Order;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Downloads a folder, or what is chosen of one: first its list, then the chunks that have what is chosen. For one
 * request; runs on its thread.
 */
final class FolderGetting {

    private final PeerNode node;
    private final IndexSession session;
    private final NamedShare subject;
    private final boolean passesOn;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;

    /**
     * Of a name that stands for a folder.
     *
     * @param passesOn whether what is here of it may be taken, and others may get it here
     */
    FolderGetting(
            PeerNode node,
            IndexSession session,
            NamedShare subject,
            boolean passesOn,
            Consumer<Report> reports,
            Cancellation cancellation) {
        this.node = node;
        this.session = session;
        this.subject = subject;
        this.passesOn = passesOn;
        this.reports = reports;
        this.cancellation = cancellation;
    }

    /**
     * Downloads it.
     *
     * @param inside the path in the folder that is wanted; empty for all of it
     * @param standing is run when it is shared from where it is now, so that others may use what is here
     */
    void run(Request.Get request, String inside, Runnable standing) {
        FolderChoice choice = choice(request, inside);
        String fileName = inside.isEmpty() ? subject.name().fileName() : inside.substring(inside.lastIndexOf('/') + 1);
        TargetPath target = Getting.place(request, fileName);
        try {
            if (Files.exists(target.file(), LinkOption.NOFOLLOW_LINKS)) {
                isThere(target, choice, request, standing);
                return;
            }
            download(target, choice, request, standing);
        } catch (InvalidFolderException e) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    subject.name() + " is not taken: " + e.getMessage() + ". Tell its owner.",
                    e);
        } catch (NoSuchPathException e) {
            throw new PeerException(
                    PeerException.Reason.NOT_FOUND,
                    "In " + subject.name() + " " + e.getMessage() + ". `shoal get " + subject.name()
                            + "` gets all of it.",
                    e);
        }
    }

    private static FolderChoice choice(Request.Get request, String inside) {
        if (request.stream()) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "What is in a folder is not passed on as one stream. Name a place for it with -o PATH.");
        }
        try {
            return new FolderChoice(inside, new PathPatterns(request.include(), request.exclude()));
        } catch (IllegalArgumentException e) {
            throw PeerException.of(PeerException.Reason.USAGE, e);
        }
    }

    /** What is there already may be just that; but only of a whole folder that can be told. */
    private void isThere(TargetPath target, FolderChoice choice, Request.Get request, Runnable standing) {
        if (!choice.isAll()) {
            isPartThere(target, choice);
            return;
        }
        if (!Files.isDirectory(target.file(), LinkOption.NOFOLLOW_LINKS)) {
            throw target.taken();
        }
        FolderHasher hasher = new FolderHasher(node.hasher(), target.file());
        HashedFolder there = hasher.hash(hashing(target.file(), hasher.bytes()));
        if (!there.id().equals(subject.content())) {
            throw target.taken();
        }
        PartialFolder.removeLeftOver(target);
        gotBefore(target, subject.content().length());
        if (isStanding(request)) {
            serve(new Standing(node, session, subject).share(there), request, standing);
        }
    }

    /** Of a part it is only known when an earlier attempt was killed just after it had put it there. */
    private void isPartThere(TargetPath target, FolderChoice choice) {
        if (!PartialFolder.hasLanded(target, subject.content(), choice)) {
            throw target.maybeThere();
        }
        reports.accept(new Report.Said(
                "INFO",
                "An earlier `get` has put " + target.file() + " there, and was ended just then. It is not served from"
                        + " there."));
        gotBefore(target, 0);
    }

    private void gotBefore(TargetPath target, long bytes) {
        reports.accept(new Report.Got(
                subject.name().text(),
                target.file().toString(),
                subject.content().toString(),
                bytes,
                bytes,
                0,
                0,
                0,
                List.of()));
    }

    private void download(TargetPath target, FolderChoice choice, Request.Get request, Runnable standing) {
        PartialFolder folder = PartialFolder.open(
                target,
                subject.content(),
                choice,
                node.hasher(),
                hashing(target.file(), subject.content().length()));
        Downloading downloading = null;
        PeerNode.Shared shared = null;
        String reason = Downloading.GIVEN_UP;
        try {
            node.leaveRoom(folder.part(), folder.missingBytes());
            downloading = begun(folder, request);
            if (!downloading.run()) {
                return;
            }
            folder.finish(isStanding(request));
            reason = "the source has ended";
            tell(folder, choice);
            reports.accept(downloading.got(target.file().toString()));
            if (isStanding(request)) {
                shared = new Standing(node, session, subject).share(folder.landed());
            }
        } finally {
            if (downloading != null && shared != null) {
                // From now on it is read where it is now.
                node.servings().remove(downloading.served(), "the download has ended");
            } else if (downloading != null) {
                downloading.stopServing(reason);
            }
            ended(folder);
        }
        serve(shared, request, standing);
    }

    /** A download for which everything was taken that is on this machine already. */
    private Downloading begun(PartialFolder folder, Request.Get request) {
        ChunkSet before = folder.part().chunks();
        new LocalCopy(node, subject.key(), folder.part(), passesOn, cancellation, done -> copying(folder))
                .of(folder)
                .run();
        // What kept a copy from going on is known here, and is in the way of a download as well.
        folder.came();
        // With the list, it may want more than was asked for.
        node.leaveRoom(folder.part(), folder.missingBytes());
        Downloading downloading = new Downloading(
                node,
                session,
                subject,
                folder.part(),
                passesOn,
                Order.RAREST_FIRST,
                request,
                null,
                reports,
                cancellation);
        downloading.copiedBesides(before).of(folder);
        node.running().put(subject.content(), downloading);
        return downloading;
    }

    private boolean isStanding(Request.Get request) {
        return passesOn && (request.seed() || node.stays());
    }

    private void tell(PartialFolder folder, FolderChoice choice) {
        Optional<FolderListing> listing = folder.listing();
        if (listing.isPresent() && !choice.isAll()) {
            int chosen = choice.of(listing.get()).cardinality();
            reports.accept(new Report.Said(
                    "INFO",
                    chosen + " of " + listing.get().entries().size() + " entries of " + subject.name() + " were"
                            + " chosen."));
        }
    }

    private void serve(PeerNode.@Nullable Shared shared, Request.Get request, Runnable standing) {
        standing.run();
        if (shared != null && request.seed()) {
            cancellation.await();
            node.unshare(List.of(shared));
        }
    }

    private void ended(PartialFolder folder) {
        try {
            folder.close();
        } finally {
            node.running().remove(subject.content());
        }
    }

    private void copying(PartialFolder folder) {
        long total = folder.wantedBytes();
        reports.accept(
                new Report.Progress(subject.name().text(), total - folder.missingBytes(), total, 0, -1, 0, "copying"));
    }

    private HashProgress hashing(Path path, long total) {
        return new HashingReports(path, total, reports);
    }
}
