package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.PartialFile;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.StoreException;
import dev.shoal.store.TargetPath;
import dev.shoal.swarm.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Carries out {@link Request.Get}: finds out what is meant, downloads it, gives it its name. */
final class Getting {

    /** From this length on, hashing again takes longer than opening the catalog. */
    private static final long WORTH_REMEMBERING_BYTES = 256L * 1024 * 1024;

    /** How often a request that waits for another one of the same content reports. */
    private static final long JOINED_REPORT_MILLIS = 250;

    /** How much is passed on at a time. */
    private static final int COPY_BYTES = 256 * 1024;

    private final PeerNode node;
    private final IndexSession session;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;
    /** Whether what is here of it may be taken, and others may get it here. */
    private boolean passesOn;

    Getting(PeerNode node, IndexSession session, Consumer<Report> reports, Cancellation cancellation) {
        this.node = node;
        this.session = session;
        this.reports = reports;
        this.cancellation = cancellation;
    }

    void run(Request.Get request, Target wanted) {
        FolderTarget found = FolderTarget.resolve(wanted, session.client(), node.known(), node.events());
        Target target = found.target();
        IndexReply.Version latest = found.version();
        VersionRecord record = latest.record();
        ContentId content = target.content(record);
        Optional<IndexReply.Version> meant = target.meant(session.client(), latest);
        AudienceId audience = meant.map(IndexReply.Version::audience).orElse(null);
        NamedShare subject = new NamedShare(record.name(), new ShareKey(content, session.circle(audience)));
        if (!join(content)) {
            return;
        }
        try {
            // Before any of it is here.
            PeerKey owner = meant.orElse(latest).record().owner();
            passesOn = node.known().privateContents().passesOn(subject.key(), owner);
            if (!passesOn) {
                tellItStays(subject);
            }
            if (meant.orElse(latest).record().kind() == VersionRecord.Kind.FOLDER) {
                if (!request.like().isEmpty()) {
                    reports.accept(new Report.Said(
                            "WARNING",
                            record.name() + " is a folder. Parts of files that are alike are taken for files alone."));
                }
                new FolderGetting(node, session, subject, passesOn, reports, cancellation)
                        .run(request, found.inside(), () -> node.release(content, this));
            } else if (request.stream()) {
                stream(subject, request);
            } else {
                download(subject, request);
            }
        } finally {
            node.release(content, this);
        }
    }

    /**
     * Waits as long as another request gets the same content, and tells how that is going; what it has got is then
     * copied on this machine, and what it has not is downloaded here.
     *
     * @return false when this was cancelled meanwhile
     */
    private boolean join(ContentId content) {
        boolean claimed = node.claim(content, this);
        while (!claimed && !cancellation.await(JOINED_REPORT_MILLIS)) {
            Downloading other = node.running().get(content);
            if (other != null) {
                reports.accept(other.state());
            }
            claimed = node.claim(content, this);
        }
        return claimed;
    }

    private void tellItStays(NamedShare subject) {
        reports.accept(new Report.Said(
                "INFO",
                "The content of " + subject.name() + " is private here for others than those who may get it by this"
                        + " name. So it is got from the network alone, and nobody gets it here. `shoal share` changes"
                        + " that."));
    }

    /** Where a download lands that is called so when its request names a folder to put it in. */
    static TargetPath place(Request.Get request, String fileName) {
        Path output = Path.of(request.output());
        return request.place() == Request.Get.Place.EXACT
                ? TargetPath.exactly(output)
                : TargetPath.resolve(output, output.toAbsolutePath(), fileName);
    }

    private void download(NamedShare subject, Request.Get request) {
        Name name = subject.name();
        ContentId content = subject.content();
        TargetPath path = place(request, name.fileName());
        HashProgress progress = hashing(path.file(), content);
        Function<Path, HashedFile> hash = file -> node.catalog()
                .map(catalog -> catalog.hash(file, node.hasher(), progress))
                .orElseGet(() -> node.hasher().hash(file, progress));
        Optional<HashedFile> there = path.existing(content, hash);
        if (there.isPresent()) {
            reports.accept(new Report.Got(
                    name.text(),
                    path.file().toString(),
                    content.toString(),
                    content.length(),
                    content.length(),
                    0,
                    0,
                    0,
                    List.of()));
            afterwards(subject, there.get(), request, Optional.empty());
            return;
        }
        boolean isNew = Files.notExists(path.partFile(), LinkOption.NOFOLLOW_LINKS);
        PartialFile part = PartialFile.open(path, content, node.hasher(), progress);
        Optional<Downloading> downloading = Optional.empty();
        HashedFile file = null;
        try {
            node.leaveRoom(part, part.missingBytes());
            downloading = Optional.of(downloading(subject, part, Order.RAREST_FIRST, request, reports));
            if (!run(downloading.get())) {
                return;
            }
            file = part.finish();
        } finally {
            if (file == null) {
                downloading.ifPresent(begun -> begun.stopServing(Downloading.GIVEN_UP));
                if (isNew && part.missingBytes() == content.length()) {
                    // Nothing came: an empty part file would only lie about.
                    part.discard();
                }
                ended(part);
            }
        }
        reports.accept(downloading.get().got(file.path().toString()));
        afterwards(subject, file, request, downloading);
    }

    /** A download for which everything was taken that is on this machine already. */
    private Downloading downloading(
            NamedShare subject, PartialFile part, Order order, Request.Get request, Consumer<Report> listener) {
        long length = part.id().length();
        Consumer<Long> copying = request.stream()
                ? done -> {}
                : done ->
                        listener.accept(new Report.Progress(subject.name().text(), done, length, 0, -1, 0, "copying"));
        ChunkSet before = part.chunks();
        new LocalCopy(node, subject.key(), part, passesOn, cancellation, copying).run();
        Rebuild rebuild = Rebuild.of(node, part, alike(request), cancellation);
        return new Downloading(node, session, subject, part, passesOn, order, request, rebuild, listener, cancellation)
                .copiedBesides(before);
    }

    private static List<SimilarFile> alike(Request.Get request) {
        List<SimilarFile> files = new ArrayList<>();
        try {
            request.like().forEach(path -> files.add(SimilarFile.open(Path.of(path))));
        } catch (StoreException e) {
            files.forEach(SimilarFile::close);
            throw e;
        }
        return files;
    }

    /** A peer that stays goes on serving what it has got; one that ends now only remembers what took long to hash. */
    private void afterwards(
            NamedShare subject, HashedFile file, Request.Get request, Optional<Downloading> downloading) {
        if (passesOn && (request.seed() || node.stays())) {
            PeerNode.Shared shared = new Standing(node, session, subject).share(file);
            // From now on it is read in the finished file.
            downloading.ifPresent(done -> node.servings().remove(done.served(), "the download has ended"));
            downloading.ifPresent(done -> ended(done.part()));
            node.release(file.id(), this);
            if (request.seed()) {
                cancellation.await();
                node.unshare(List.of(shared));
            }
        } else if (downloading.isPresent()) {
            downloading.get().stopServing("the source has ended");
            ended(downloading.get().part());
        }
        if (file.id().length() >= WORTH_REMEMBERING_BYTES) {
            node.catalog().ifPresent(catalog -> catalog.remember(file));
        }
    }

    private void ended(PartialFile part) {
        try {
            part.close();
        } finally {
            node.running().remove(part.id());
        }
    }

    private boolean run(Downloading downloading) {
        node.running().put(downloading.part().id(), downloading);
        return downloading.run();
    }

    private void stream(NamedShare subject, Request.Get request) {
        ContentId content = subject.content();
        Path output = Path.of(request.output());
        PartialFile part =
                PartialFile.openNameless(node.home().partialFolder(), content, node.hasher(), hashing(output, content));
        Optional<Downloading> downloading = Optional.empty();
        boolean passedOn = false;
        try (FileChannel out = FileChannel.open(output, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Consumer<Report> passing = report -> {
                if (report instanceof Report.Progress progress) {
                    copy(part, out, progress.doneBytes());
                }
                reports.accept(report);
            };
            downloading = Optional.of(downloading(subject, part, Order.IN_ORDER, request, passing));
            if (run(downloading.get())) {
                copy(part, out, content.length());
                passedOn = true;
            }
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, output + " cannot be written: " + e.getMessage() + ".", e);
        } finally {
            downloading.ifPresent(begun -> begun.stopServing(Downloading.GIVEN_UP));
            if (passedOn) {
                part.discard();
            }
            ended(part);
        }
        if (passedOn) {
            reports.accept(downloading.get().got(output.toString()));
        }
    }

    private static void copy(PartialFile part, FileChannel out, long end) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long at = out.size(); at < end; ) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, end - at));
                part.read(at, buffer);
                buffer.flip();
                while (buffer.hasRemaining()) {
                    at += out.write(buffer, at);
                }
            }
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, "The data cannot be passed on: " + e.getMessage() + ".", e);
        }
    }

    private HashProgress hashing(Path path, ContentId content) {
        return new HashingReports(path, content.length(), reports);
    }
}
