package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.peer.Owners.Owner;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.ShareId;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.store.HashedFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out {@link Request.RollBack}: an older version of a name becomes the newest one, under a new number. It needs
 * the record of the older version and not its bytes; where these are is said. It is for whom the newest version is, so
 * that nothing that is private becomes public by it. For one thread, which waits.
 */
final class RollingBack {

    /** How often a version is signed anew when another process of the same key was quicker. */
    private static final int ATTEMPTS = 3;

    private final IndexClient client;
    private final Owners owners;
    private final KnownKeys known;
    private final PeerEvents events;
    private final Offer offer;
    private final OwnVersions versions;

    /** Makes the index know a version that this home may have. */
    interface Offer {

        /**
         * Registers a record, and what there is of its content.
         *
         * @return where it is served from; null when it is not
         */
        @Nullable
        String register(VersionRecord record, @Nullable AudienceId audience);

        /** A file here that has the content, served or not; null for none that is known. */
        @Nullable
        String path(ContentId content);
    }

    RollingBack(IndexClient client, Owners owners, KnownKeys known, PeerEvents events, Offer offer) {
        this.client = client;
        this.owners = owners;
        this.known = known;
        this.events = events;
        this.offer = offer;
        this.versions = new OwnVersions(client, owners, known, events);
    }

    /** What was made. */
    private record Made(
            VersionRecord record,
            boolean fresh,
            @Nullable AudienceId audience,
            @Nullable String served) {}

    /** Makes the version, and tells what became of it. */
    void run(Request.RollBack request, Target target, Advertised advertised, Consumer<Report> reports) {
        IndexReply.Version old = target.resolve(client, known, events);
        Made made = publish(old, request);
        VersionRecord record = made.record;
        IndexReply.Version now =
                client.ask(new IndexRequest.Inspect(record.name(), record.number()), IndexReply.Version.class);
        String path = made.served == null ? offer.path(record.content()) : made.served;
        reports.accept(new Report.RolledBack(
                record.name().text(),
                record.number(),
                request.version(),
                made.fresh,
                record.content().toString(),
                record.content().length(),
                now.seeds(),
                now.sources(),
                path,
                made.served != null,
                advertised.link(client.index(), record),
                Report.access(made.audience != null)));
    }

    private Made publish(IndexReply.Version old, Request.RollBack request) {
        Readership readership = new Readership(
                null,
                new Audiences(new AccountLine(client)),
                owners.first().key(),
                known.privateNames(),
                client.index());
        boolean isMade = false;
        try {
            Made made = publish(old, request, readership);
            isMade = true;
            return made;
        } finally {
            if (!isMade) {
                readership.close(events);
            }
        }
    }

    private Made publish(IndexReply.Version old, Request.RollBack request, Readership readership) {
        VersionRecord wanted = old.record();
        String note = request.note() == null ? "version " + wanted.number() + " again" : request.note();
        for (int attempt = 1; ; attempt++) {
            OwnVersions.Latest latest = checked(old, versions.latest(wanted.name()));
            if (versions.isNewest(latest, wanted.content())) {
                return new Made(latest.record(), false, latest.audience(), null);
            }
            Owner owner = owners.with(latest.owner()).orElseThrow();
            AudienceId audience = readership.audience(wanted.name(), latest.audience(), false);
            VersionRecord next = versions.next(wanted.name(), latest, owner, wanted.kind(), wanted.content(), note);
            readership.remember(wanted.name(), audience);
            try {
                String served = offer.register(next, audience);
                versions.remember(next);
                readership.shared(wanted.name(), audience, events);
                return new Made(next, true, audience, served);
            } catch (PeerException e) {
                if (e.isRefusal()) {
                    readership.refused(wanted.name(), events);
                }
                // Another process of this key published in the same moment: once more, after that.
                if (attempt >= ATTEMPTS || !e.isRefusal(ErrorCode.STALE_VERSION)) {
                    throw e;
                }
            }
        }
    }

    private OwnVersions.Latest checked(IndexReply.Version old, OwnVersions.@Nullable Latest latest) {
        VersionRecord wanted = old.record();
        if (latest == null) {
            throw new PeerException(
                    PeerException.Reason.NOT_FOUND, "The name " + wanted.name() + " is gone from the index.");
        }
        if (owners.with(latest.owner()).isEmpty()) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "The name " + wanted.name() + " belongs to the key "
                            + latest.owner().id().fingerprint() + ": only its owner makes versions of it.",
                    ErrorCode.NAME_TAKEN);
        }
        if (old.audience() != null && latest.audience() == null) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "Version " + wanted.number() + " of " + wanted.name()
                            + " is private, and the name is public by now. If everybody may get it, share its file"
                            + " again with --public.");
        }
        return latest;
    }

    /** Of a process that only asks the index: it serves nothing. */
    static Offer ofVisitor(IndexClient client) {
        return new Offer() {
            @Override
            public @Nullable String register(VersionRecord record, @Nullable AudienceId audience) {
                registerWithout(client, record, audience, true);
                return null;
            }

            @Override
            public @Nullable String path(ContentId content) {
                return null;
            }
        };
    }

    /** Of a peer that runs: what it serves already, it serves as the new version too; so a file that it knows. */
    static Offer ofNode(PeerNode node, IndexSession session, Owners owners) {
        return new Offer() {
            @Override
            public @Nullable String register(VersionRecord record, @Nullable AudienceId audience) {
                ShareKey key = new ShareKey(record.content(), session.circle(audience));
                Optional<PeerNode.Shared> shared = node.sharesOf(key).stream()
                        .filter(each -> each.session().equals(session))
                        .filter(this::isStill)
                        .findFirst();
                if (shared.isPresent()) {
                    // Of a folder it may be a part.
                    ChunkSet held = shared.get().served().stored().chunks();
                    session.presence().register(new NamedShare(record.name(), key), held, record);
                    return shared.get().path();
                }
                Optional<HashedFile> file = node.stays() && mayServe(key) ? file(record.content()) : Optional.empty();
                if (file.isPresent()) {
                    if (key.isPrivate()) {
                        node.known().privateContents().shared(key, record.owner());
                    }
                    node.serve(session, record, key, file.get());
                    return file.get().path().toString();
                }
                boolean isComing = node.running().containsKey(record.content());
                registerWithout(session.client(), record, audience, !isComing);
                return null;
            }

            @Override
            public @Nullable String path(ContentId content) {
                return file(content).map(each -> each.path().toString()).orElse(null);
            }

            // Its file may have been written to; nobody who asked for it has found that out yet.
            private boolean isStill(PeerNode.Shared shared) {
                boolean isIntact = shared.served().stored().isIntact();
                if (!isIntact) {
                    String reason = shared.path() + " changed since it was shared. It is not served any more; share it"
                            + " again to serve what it is now";
                    node.servings().lose(shared.served(), reason);
                }
                return isIntact;
            }

            // What is here of a private share goes to nobody else by this.
            private boolean mayServe(ShareKey key) {
                return key.isPrivate() || !node.known().privateContents().isKnown(key.content());
            }

            private Optional<HashedFile> file(ContentId content) {
                return node.catalogIfThere().map(each -> each.findByContent(content)).orElse(List.of()).stream()
                        .findFirst();
            }
        };
    }

    /**
     * Makes a version without having anything of it.
     *
     * @param isAbsent whether to take back at once that this peer was registered as a source with it
     */
    private static void registerWithout(
            IndexClient client, VersionRecord record, @Nullable AudienceId audience, boolean isAbsent) {
        client.ask(
                new IndexRequest.Register(true, record.content(), record.name(), record, audience),
                IndexReply.Ack.class);
        if (isAbsent) {
            ContentId registered = audience == null ? record.content() : ShareId.of(audience, record.content());
            client.ask(new IndexRequest.DeregisterContent(registered), IndexReply.Ack.class);
        }
    }
}
