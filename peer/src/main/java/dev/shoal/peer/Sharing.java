package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.Hash;
import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Link;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Text;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.SharedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out {@link Request.Share}: hashes, signs, registers, and serves until it is cancelled. */
final class Sharing {

    /** How often progress is reported, in nanoseconds. */
    private static final long REPORT_NANOS = 200_000_000L;

    private final PeerNode node;
    private final IndexSession session;
    private final String user;
    private final Consumer<Report> reports;
    private final Cancellation cancellation;

    Sharing(PeerNode node, IndexSession session, String user, Consumer<Report> reports, Cancellation cancellation) {
        this.node = node;
        this.session = session;
        this.user = user;
        this.reports = reports;
        this.cancellation = cancellation;
    }

    /** Shares all files, then waits for the cancellation. */
    void run(Request.Share request) {
        List<PeerNode.Shared> begun = new ArrayList<>();
        try {
            for (String path : request.paths()) {
                begun.add(share(Path.of(path), request.name(), request.note()));
            }
            cancellation.await();
        } catch (CancellationException e) {
            node.events().detail("Hashing was given up.");
        } finally {
            begun.forEach(node::unshare);
        }
    }

    private PeerNode.Shared share(Path path, @Nullable String wanted, String note) {
        if (Files.isDirectory(path)) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    path + " is a folder. Share files one by one, or pack the folder into one file.");
        }
        HashedFile file = hash(path);
        Name name = name(path, wanted, user);
        VersionRecord record = null;
        IndexReply.Ack ack;
        try {
            record = nextVersion(name, file, note);
            ack = register(name, file, record);
        } catch (PeerException e) {
            // Somebody else of the same name was here first: the name that was not asked for gives way.
            boolean ownerAskedFor = wanted != null && wanted.indexOf('/') >= 0;
            if (e.reason() != PeerException.Reason.NOT_ALLOWED || ownerAskedFor) {
                throw e;
            }
            name = name(
                    path,
                    wanted,
                    user + "-" + node.identity().id().fingerprint().substring(0, 4));
            record = nextVersion(name, file, note);
            ack = register(name, file, record);
        }
        PeerNode.Shared shared =
                new PeerNode.Shared(session, name, path.toString(), new Served(new SharedFile(file, node.openFiles())));
        node.share(shared);
        report(path, file, name, ack, record);
        return shared;
    }

    private void report(Path path, HashedFile file, Name name, IndexReply.Ack ack, @Nullable VersionRecord made) {
        VersionRecord record = made == null ? describe(name).record() : made;
        HostAndPort advertised = session.advertised();
        String link = new Link(
                        session.index().fingerprint(),
                        advertised.host(),
                        advertised.port(),
                        name,
                        record.owner().id().fingerprint(),
                        null)
                .toString();
        boolean fresh = ack.outcome() == IndexReply.Ack.Outcome.NAME_MADE
                || ack.outcome() == IndexReply.Ack.Outcome.VERSION_MADE;
        reports.accept(new Report.Shared(
                path.toString(),
                name.text(),
                record.number(),
                file.id().toString(),
                file.id().length(),
                fresh,
                link,
                "shoal get " + link));
    }

    private HashedFile hash(Path path) {
        long total = path.toFile().length();
        long[] lastNanos = {System.nanoTime()};
        HashProgress progress = done -> {
            if (cancellation.isCancelled()) {
                throw new CancellationException();
            }
            long now = System.nanoTime();
            if (now - lastNanos[0] > REPORT_NANOS) {
                lastNanos[0] = now;
                reports.accept(new Report.Hashing(path.toString(), done, total));
            }
        };
        return node.catalog()
                .map(catalog -> catalog.hash(path, node.hasher(), progress))
                .orElseGet(() -> node.hasher().hash(path, progress));
    }

    private static Name name(Path path, @Nullable String wanted, String owner) {
        String text = wanted == null ? String.valueOf(path.getFileName()) : wanted;
        try {
            return new Name(text.indexOf('/') >= 0 ? text : owner + "/" + text);
        } catch (InvalidNameException e) {
            throw new PeerException(PeerException.Reason.USAGE, e.getMessage() + ". Choose another with --name.", e);
        }
    }

    /** The record that makes this file the name's next version; null when it is the latest already. */
    private @Nullable VersionRecord nextVersion(Name name, HashedFile file, String note) {
        Pdu answer = session.client().exchange(new IndexRequest.Inspect(name, 0));
        int number = 1;
        Hash previous = Hash.ZERO;
        if (answer instanceof IndexReply.Version latest) {
            if (latest.record().content().equals(file.id())) {
                return null;
            }
            if (!latest.record().owner().equals(node.identity().key())) {
                throw new PeerException(
                        PeerException.Reason.NOT_ALLOWED,
                        "The name " + name + " is taken: it means another content, of the owner "
                                + latest.record().owner().id().fingerprint() + ". Choose another with --name.");
            }
            number = latest.latest() + 1;
            previous = latest.record().hash();
        } else if (!(answer instanceof Failure failure && failure.code() == ErrorCode.NOT_FOUND)) {
            throw IndexClient.refusal(answer);
        }
        return VersionRecord.sign(
                VersionRecord.Kind.FILE,
                number,
                file.id(),
                System.currentTimeMillis(),
                previous,
                node.identity().key(),
                name,
                Text.limit(note, VersionRecord.MAX_NOTE_BYTES),
                node.identity().privateKey());
    }

    private IndexReply.Ack register(Name name, HashedFile file, @Nullable VersionRecord record) {
        ChunkSet all = ChunkSet.full(file.layout().chunkCount());
        return session.presence().register(name, file.id(), all, record);
    }

    private IndexReply.Version describe(Name name) {
        return session.client().ask(new IndexRequest.Inspect(name, 0), IndexReply.Version.class);
    }
}
