package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.HeartbeatReply;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexReply.User;
import dev.shoal.protocol.IndexReply.Users;
import dev.shoal.protocol.IndexRequest.Heartbeat;
import dev.shoal.protocol.IndexRequest.ListUsers;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.RegistrationDigest;
import dev.shoal.protocol.ShareId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Answers the requests that need nothing but memory. Takes the index's lock for each. Thread-safe. */
final class DirectoryRequests {

    /** How many entries of a statement are taken under one hold of the lock: a fraction of a millisecond. */
    private static final int BULK_AT_ONCE = 256;

    /** How many contents of a peer are looked through under one hold of the lock, most of which stay. */
    private static final int SWEPT_AT_ONCE = 4_096;

    /** How deep the pages of sources with chunks go: each page walks over the ones before it. */
    private static final int MAX_SOURCES_PAGED = 10_000;

    /** In how many heartbeats the digests differ before it is no request on its way any more. */
    private static final int MISMATCHES_UNTIL_RESTATE = 2;

    private final IndexSettings settings;
    private final ReentrantLock lock;
    private final Sessions sessions;
    private final Directory directory;
    private final OnlineNames online;
    private final IndexMetrics metrics;
    private final RandomGenerator random;
    private final RestateSchedule restates;

    /** An audience without readers. */
    private final AudienceId nobody;

    DirectoryRequests(
            IndexSettings settings,
            ReentrantLock lock,
            Sessions sessions,
            Directory directory,
            OnlineNames online,
            IndexMetrics metrics,
            RandomGenerator random,
            RandomGenerator secure) {
        this.settings = settings;
        this.lock = lock;
        this.sessions = sessions;
        this.directory = directory;
        this.online = online;
        this.metrics = metrics;
        this.random = random;
        this.nobody = AudienceId.random(secure);
        this.restates = new RestateSchedule(settings.restatesPerSecond());
    }

    /** {@code H}: the lease was renewed when the request was let in; here it is compared and paced. */
    Answer heartbeat(Session session, Heartbeat heartbeat, InetSocketAddress asker, Moment now) {
        long restateNanos;
        boolean restate;
        lock.lock();
        try {
            if (session.ended) {
                return ended();
            }
            directory.reportUploads(session.number, heartbeat.uploads());
            restate = mustRestate(session, heartbeat, now.nanos());
            restateNanos = session.restateNanos;
        } finally {
            lock.unlock();
        }
        int afterMillis = 0;
        if (restate) {
            metrics.restated();
            afterMillis = (int) Math.max(0, (restateNanos - now.nanos()) / Moment.NANOS_PER_MILLI);
        }
        Endpoint observed = new Endpoint(asker.getAddress(), asker.getPort());
        return Answer.of(new HeartbeatReply(restate, afterMillis, settings.leaseMillis(), observed));
    }

    /** {@code F} of what is shared with everybody. Private shares are not looked up by their ids. */
    Answer locate(Session session, Locate locate, InetAddress asker, boolean overTls, Moment now) {
        ContentId content = locate.content();
        return locate(session, locate, ShareId.isOne(content) ? nobodys(content) : content, asker, overTls, now);
    }

    /** What nobody has, nor can register; looking for it is the same work as looking for any content. */
    ContentId nobodys(ContentId content) {
        return ShareId.of(nobody, content);
    }

    /**
     * {@code F}.
     *
     * @param content under which id its sources are registered
     */
    Answer locate(Session session, Locate locate, ContentId content, InetAddress asker, boolean overTls, Moment now) {
        lock.lock();
        try {
            if (session.ended) {
                return ended();
            }
            if (!locate.withChunks()) {
                return Answer.of(directory.locate(
                        session.number, asker, content, locate.limit(), room(locate, overTls), now.nanos(), random));
            }
            if (!overTls) {
                Directory.State state = directory.state(content);
                return new Answer(new Locations(true, state.seeds(), state.sources(), List.of()), true);
            }
            if (locate.skip() > MAX_SOURCES_PAGED) {
                return Answer.of(Failure.of(
                        ErrorCode.LIMIT, "The chunks of the first " + MAX_SOURCES_PAGED + " sources are told."));
            }
            Locations page =
                    directory.chunkPage(session.number, asker, content, locate.skip(), locate.limit(), now.nanos());
            return Answer.of(cut(page, room(locate, true)));
        } finally {
            lock.unlock();
        }
    }

    /** {@code K}. */
    CompletableFuture<Answer> registerChunks(Session session, RegisterChunks request) {
        boolean cameOnline;
        lock.lock();
        try {
            if (session.ended) {
                return CompletableFuture.completedFuture(ended());
            }
            cameOnline = !ShareId.isOne(request.content()) && !directory.isOnline(request.content());
            Directory.Change change = directory.registerChunks(
                    session.number, request.content(), request.complete(), request.replace(), request.runs());
            if (change == Directory.Change.FULL) {
                return CompletableFuture.completedFuture(full(settings));
            }
        } finally {
            lock.unlock();
        }
        Answer done = Answer.of(Ack.DONE);
        return cameOnline
                ? online.cameOnline(request.content()).thenApply(shown -> done)
                : CompletableFuture.completedFuture(done);
    }

    /** {@code b}. */
    Answer registerBulk(Session session, RegisterBulk request, Moment now) {
        List<RegisterBulk.Entry> entries = request.entries();
        int next = 0;
        boolean isDone;
        do {
            lock.lock();
            try {
                if (session.ended) {
                    return ended();
                }
                if (request.generation() < session.generation) {
                    return Answer.of(Ack.DONE);
                }
                if (request.generation() > session.generation) {
                    session.generation = request.generation();
                    session.number = directory.beginStatement(session.number);
                }
                session.restatedNanos = now.nanos();
                int end = Math.min(entries.size(), next + BULK_AT_ONCE);
                for (; next < end; next++) {
                    RegisterBulk.Entry entry = entries.get(next);
                    if (directory.restate(session.number, entry.content(), entry.partial()) == Directory.Change.FULL) {
                        return full(settings);
                    }
                }
                isDone = next == entries.size()
                        && (request.more() || directory.endStatement(session.number, SWEPT_AT_ONCE));
            } finally {
                lock.unlock();
            }
        } while (!isDone);
        return Answer.of(Ack.DONE);
    }

    /**
     * {@code U}.
     *
     * @param account name of the account that a peer acts for, from memory; empty for none
     */
    Answer users(ListUsers request, boolean overTls, Function<PeerId, String> account) {
        List<User> entries = new ArrayList<>();
        int left = ReplySizes.capacity(overTls) - ReplySizes.usersOverhead();
        int cursor = request.cursor();
        lock.lock();
        try {
            for (Session session : sessions.users(request.cursor(), request.limit() + 1)) {
                User user = new User(
                        session.profile().user(),
                        session.peer(),
                        session.profile().instance(),
                        session.began().millis(),
                        directory.shown(session.number),
                        directory.uploads(session.number),
                        account.apply(session.peer()));
                left -= ReplySizes.user(user);
                if (left < 0 || entries.size() == request.limit()) {
                    return Answer.of(new Users(entries, cursor));
                }
                entries.add(user);
                cursor = session.userCursor;
            }
        } finally {
            lock.unlock();
        }
        return Answer.of(new Users(entries, 0));
    }

    /** Refuses what the directory has no room for. */
    static Answer full(IndexSettings settings) {
        return Answer.of(Failure.of(
                ErrorCode.LIMIT,
                "Not registered: a peer has at most " + settings.directory().contentsPerPeer()
                        + " contents, and the index " + settings.directory().registrations() + " registrations of "
                        + settings.directory().contents() + " contents."));
    }

    static Answer ended() {
        return Answer.of(Failure.of(ErrorCode.WRONG_STATE, "The session has ended. Join again."));
    }

    private boolean mustRestate(Session session, Heartbeat heartbeat, long nowNanos) {
        long leaseNanos = settings.leaseMillis() * Moment.NANOS_PER_MILLI;
        boolean restating = session.restatedNanos != Session.NEVER && nowNanos - session.restatedNanos < leaseNanos / 3;
        if (!restating) {
            directory.abandonStatement(session.number);
        }
        RegistrationDigest known = directory.digest(session.number);
        boolean same = known.count() == heartbeat.contents()
                && known.high() == heartbeat.digestHigh()
                && known.low() == heartbeat.digestLow();
        if (same) {
            session.mismatches = 0;
            session.restateNanos = Session.NEVER;
            return false;
        }
        session.mismatches++;
        boolean onItsWay = known.count() > 0 && session.mismatches < MISMATCHES_UNTIL_RESTATE;
        if (restating || onItsWay) {
            return false;
        }
        // A place that was let pass is lost; one that is still to come is kept.
        if (session.restateNanos == Session.NEVER || nowNanos - session.restateNanos > leaseNanos) {
            session.restateNanos = restates.reserve(heartbeat.contents(), nowNanos);
        }
        return true;
    }

    /** How many bytes the sources may take in an answer. */
    private static int room(Locate locate, boolean overTls) {
        return ReplySizes.capacity(overTls)
                - ReplySizes.locationsOverhead()
                - (locate.audience() == null ? 0 : AccessTicket.BYTES);
    }

    private static Locations cut(Locations whole, int room) {
        int left = room;
        List<Source> entries = new ArrayList<>(whole.entries().size());
        for (Source source : whole.entries()) {
            left -= ReplySizes.source(source, whole.withChunks());
            if (left < 0) {
                break;
            }
            entries.add(source);
        }
        return new Locations(whole.withChunks(), whole.seeds(), whole.sources(), entries);
    }
}
