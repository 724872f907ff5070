package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Challenge;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything between an authenticated request of a session and its answer. It owns sessions and directory, behind one
 * lock that is held for microseconds and never while something waits; names are asked outside of it. No sockets, no
 * clock, no threads of its own. Thread-safe.
 */
public final class IndexService {

    /** How many sessions end under one hold of the lock: with a hundred contents each, some milliseconds. */
    private static final int ENDED_AT_ONCE = 64;

    /** How many contents are looked through for dead sources at every {@link #expire}. */
    private static final int TIDIED_AT_ONCE = 2_000;

    private final FailedRequests failed = new FailedRequests();
    private final ReentrantLock lock = new ReentrantLock();
    private final IndexSettings settings;
    private final Secrets secrets;
    private final Tickets tickets;
    private final RandomGenerator secure;
    private final Sessions sessions;
    private final Directory directory;
    private final Names names;
    private final IndexMetrics metrics;
    private final DirectoryRequests directoryRequests;
    private final NameRequests nameRequests;
    private final PrivateShares privateShares;
    private final Watching watching;

    /** Null where there are no accounts. */
    private final @Nullable AccountRequests accountRequests;

    private final Access access;
    private final Administration.Inside inside;

    /**
     * An index without sessions, and without accounts.
     *
     * @param secure where keys and session numbers come from
     */
    public IndexService(
            IndexSettings settings, Secrets secrets, Names names, MeterRegistry registry, RandomGenerator secure) {
        this(settings, secrets, names, null, null, registry, secure);
    }

    /** An index without sessions. */
    IndexService(
            IndexSettings settings,
            Secrets secrets,
            Names names,
            @Nullable AccountRequests accountRequests,
            @Nullable SqliteWatches watches,
            MeterRegistry registry,
            RandomGenerator secure) {
        this.settings = settings;
        this.secrets = secrets;
        this.tickets = new Tickets(secrets);
        this.secure = secure;
        this.names = names;
        this.accountRequests = accountRequests;
        this.access = accountRequests == null ? Access.OPEN : accountRequests.access();
        this.metrics = new IndexMetrics(registry);
        // Choosing sources at random needs no secret, and is done much more often than keys are made.
        SplittableRandom quick = new SplittableRandom(secure.nextLong());
        directory = new Directory(settings.directory(), quick);
        sessions = new Sessions(settings, secure);
        SharedDirectory shared = new SharedDirectory(lock, directory);
        OnlineNames online = new OnlineNames(shared, names);
        directoryRequests = new DirectoryRequests(settings, lock, sessions, directory, online, metrics, quick, secure);
        PrivateNames privates = accountRequests == null ? null : accountRequests.privateNames();
        watching = new Watching(watches, access, registry, watches == null ? quick : quick.split());
        nameRequests = new NameRequests(settings, lock, directory, shared, names, online, access, privates, watching);
        AccessTickets accessTickets = accountRequests == null ? null : accountRequests.tickets();
        privateShares = new PrivateShares(directoryRequests, access, privates, accessTickets);
        metrics.watch(shared, directory, sessions, names);
        inside = new Administration.Inside(metrics::gauges, new OnlinePeers(lock, sessions));
    }

    /**
     * Begins a session for who greeted over TLS. The session that the same process had ends, and its registrations go
     * on in the new one.
     *
     * @param hello a greeting whose session is 0
     * @param key the key that the TLS session proved
     * @param observed where the connection comes from
     */
    public JoinResult join(Hello hello, PeerKey key, InetSocketAddress observed, Moment now) {
        metrics.request(hello.letter());
        if (hello.version() < 1) {
            return refused(ErrorCode.UNSUPPORTED, "Protocol version " + hello.version() + " is not known here.");
        }
        if (ReplySizes.bytes(hello.user()) > PeerProfile.MAX_USER_BYTES) {
            return refused(ErrorCode.MALFORMED, "A user name has at most " + PeerProfile.MAX_USER_BYTES + " bytes.");
        }
        if (!isShown(hello.user())) {
            return refused(ErrorCode.MALFORMED, "A user name is what a name may begin with, in normal form C.");
        }
        return begin(PeerProfile.of(hello, key), SessionKeys.fresh(secure), observed, null, now);
    }

    /**
     * Begins a session for who showed a ticket in a datagram. Its address is not told to anybody, nor answered further,
     * before it returned a cookie. No session begins where the process has one that is not older than the ticket: then
     * somebody recorded the datagram and replays it.
     *
     * @param ticket as {@link #openTicket} gave it
     * @param keys derived from its resumption secret
     */
    public JoinResult rejoin(Ticket ticket, SessionKeys keys, InetSocketAddress observed, Moment now) {
        return begin(ticket.profile(), keys, observed, ticket, now);
    }

    /** Opens a ticket; empty for anything that this index did not make in the last seven days. */
    public Optional<Ticket> openTicket(byte[] ticket, long nowMillis) {
        return tickets.open(ticket, nowMillis);
    }

    /** The session of that number; empty when there is none (any more). */
    public Optional<Session> session(long id) {
        lock.lock();
        try {
            return Optional.ofNullable(sessions.find(id));
        } finally {
            lock.unlock();
        }
    }

    /** The session that a further TLS connection joins; empty when it is not one of that key. */
    public Optional<Session> attach(long id, PeerKey key) {
        return session(id).filter(session -> session.key().equals(key));
    }

    /** Key of the proof in the answer to an unknown session, 16 bytes; the same after a restart. */
    public byte[] proofKey(long session) {
        return secrets.proofKey(session);
    }

    /**
     * Answers a request.
     *
     * @param session whose request it is, authenticated
     * @param requestId its number; a retransmission has the same one
     * @param asker where it came from
     * @param overTls whether it came on a TLS connection, which takes longer answers and needs no cookie
     * @return the answer, often at once; it never fails
     */
    public CompletableFuture<Answer> handle(
            Session session,
            int requestId,
            IndexRequest request,
            InetSocketAddress asker,
            boolean overTls,
            Moment now) {
        metrics.request(request.letter());
        CompletableFuture<Answer> answer;
        Answer early = admit(session, request, asker, overTls, now);
        if (early != null) {
            answer = CompletableFuture.completedFuture(early);
        } else {
            answer = dispatch(session, requestId, request, asker, overTls, now);
        }
        return answer.handle((done, e) -> {
            Answer sent = e == null ? done : Answer.of(failed.answer(e, now.nanos()));
            metrics.answer(sent);
            return sent;
        });
    }

    /**
     * Answers what came as a request of a session and cannot be read as one. Whoever did not show to be where it came
     * from gets what every other request gets there.
     *
     * @param failure what is wrong with it
     */
    public Answer unreadable(Session session, Failure failure, InetSocketAddress asker, boolean overTls, Moment now) {
        Answer early = admit(session, null, asker, overTls, now);
        Answer sent = early == null ? Answer.of(failure) : early;
        metrics.answer(sent);
        return sent;
    }

    /** A session acknowledged what it was told without asking. */
    void acknowledged(Session session, int id, Moment now) {
        watching.acknowledged(session, id, now);
    }

    /** What is told to sessions without their asking. */
    Watching watching() {
        return watching;
    }

    /** Ends a session and takes what it registered away. */
    public void end(Session session) {
        lock.lock();
        try {
            if (!session.ended) {
                sessions.end(session);
                directory.leave(session.number);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the sessions whose lease ran out. To be called every second or so.
     *
     * @return how many ended
     */
    public int expire(Moment now) {
        int all = 0;
        int some;
        do {
            lock.lock();
            try {
                some = sessions.expire(now.nanos(), ENDED_AT_ONCE, session -> directory.leave(session.number));
                directory.tidy(some > 0 ? 0 : TIDIED_AT_ONCE);
            } finally {
                lock.unlock();
            }
            all += some;
        } while (some == ENDED_AT_ONCE);
        metrics.expired(all);
        return all;
    }

    /** Takes unused names away, see {@link Names#expire}, and watches of who is gone. To be called once a day. */
    public CompletableFuture<Integer> expireNames(Moment now) {
        return names.expire(now.millis(), this::isOnline).thenCombine(watching.expire(now), (gone, watches) -> gone);
    }

    /** The endpoints that a peer declared and that are to be dialled before others are told of them: at most three. */
    public List<Endpoint> declaredToConfirm(Session session) {
        lock.lock();
        try {
            return session.ended ? List.of() : session.toConfirm();
        } finally {
            lock.unlock();
        }
    }

    /** An endpoint of {@link #declaredToConfirm} was dialled, and the session's key answered there. */
    public void confirmed(Session session, Endpoint endpoint) {
        lock.lock();
        try {
            if (!session.ended && session.confirm(endpoint)) {
                directory.tell(session.number, session.contact());
            }
        } finally {
            lock.unlock();
        }
    }

    private JoinResult begin(
            PeerProfile profile, SessionKeys keys, InetSocketAddress observed, @Nullable Ticket shown, Moment now) {
        if (access.isBanned(profile.key())) {
            return new JoinResult.Refused(Access.bannedAnswer());
        }
        if (access.isAccountKey(profile.key().id())) {
            return new JoinResult.Refused(Access.accountKeyAnswer());
        }
        byte[] resumptionSecret = new byte[Welcome.SECRET_BYTES];
        secure.nextBytes(resumptionSecret);
        byte[] ticket = tickets.seal(new Ticket(profile, resumptionSecret, now.millis()), secure);
        Session session;
        lock.lock();
        try {
            String reason = sessions.reasonAgainst(profile, observed.getAddress());
            if (reason != null) {
                return refused(ErrorCode.LIMIT, reason);
            }
            Session before = sessions.of(profile);
            if (before != null && shown != null && !before.isFollowedBy(shown)) {
                return refused(ErrorCode.WRONG_STATE, "This ticket was used for the session that there is.");
            }
            if (before != null) {
                sessions.end(before);
            }
            session = sessions.begin(profile, keys, observed.getAddress(), now);
            session.addressProven = shown == null;
            session.shownMillis = shown == null ? Session.NEVER : shown.issuedMillis();
            if (before == null) {
                session.number = directory.join(session.contact());
            } else {
                session.number = before.number;
                directory.tell(session.number, session.contact());
            }
        } finally {
            lock.unlock();
        }
        metrics.joined();
        Welcome welcome = new Welcome(
                Hello.VERSION,
                session.id(),
                keys.peerKey(),
                keys.indexKey(),
                secrets.proofKey(session.id()),
                resumptionSecret,
                ticket,
                settings.leaseMillis(),
                now.millis(),
                new Endpoint(observed.getAddress(), observed.getPort()),
                settings.udpPort(),
                settings.program());
        return new JoinResult.Joined(session, welcome);
    }

    /**
     * Null when the request may go on to be answered. An address that nobody showed to be at is sent a challenge or
     * nothing: whatever else it is sent might be longer than what came.
     *
     * @param request null for one that could not be read
     */
    private @Nullable Answer admit(
            Session session, @Nullable IndexRequest request, InetSocketAddress asker, boolean overTls, Moment now) {
        lock.lock();
        try {
            boolean isProven = overTls || isKnown(session, asker);
            if (session.ended) {
                return isProven ? DirectoryRequests.ended() : Answer.NONE;
            }
            Failure tooMany = sessions.rates().ofSession(session, now.nanos());
            if (tooMany != null) {
                return isProven ? Answer.of(tooMany) : Answer.NONE;
            }
            if (!overTls && request instanceof IndexRequest.EchoCookie echo) {
                return echoed(session, echo, asker, now);
            }
            if (!isProven && !(request instanceof IndexRequest.Quit)) {
                return challenge(session, asker, now);
            }
            // It lives even when those with whom it shares an address leave it nothing.
            sessions.renew(session, now.nanos());
            Failure shared = sessions.rates().ofOthers(session, access, now.nanos());
            return shared == null ? null : Answer.of(shared);
        } finally {
            lock.unlock();
        }
    }

    /** The first datagram from the host of the TLS connection is believed: that connection showed that it is there. */
    private static boolean isKnown(Session session, InetSocketAddress asker) {
        if (session.datagramAddress == null
                && session.addressProven
                && asker.getAddress().equals(session.observed)) {
            session.datagramAddress = asker;
        }
        return asker.equals(session.datagramAddress);
    }

    private Answer echoed(Session session, IndexRequest.EchoCookie echo, InetSocketAddress asker, Moment now) {
        if (!secrets.isCookie(echo.cookie(), session.id(), asker, now.millis())) {
            return challenge(session, asker, now);
        }
        session.datagramAddress = asker;
        session.addressProven = true;
        sessions.move(session, asker.getAddress(), now.nanos());
        sessions.renew(session, now.nanos());
        directory.tell(session.number, session.contact());
        return Answer.of(Ack.DONE);
    }

    private Answer challenge(Session session, InetSocketAddress asker, Moment now) {
        return Answer.of(new Challenge(secrets.cookie(session.id(), asker, now.millis())));
    }

    private CompletableFuture<Answer> dispatch(
            Session session,
            int requestId,
            IndexRequest request,
            InetSocketAddress asker,
            boolean overTls,
            Moment now) {
        if (access.isBanned(session.peer())) {
            end(session);
            return CompletableFuture.completedFuture(Answer.of(Access.bannedAnswer()));
        }
        Failure refusal = access.reasonAgainst(session.peer(), request);
        if (refusal != null) {
            return CompletableFuture.completedFuture(Answer.of(refusal));
        }
        return switch (request) {
            case IndexRequest.Heartbeat heartbeat -> {
                watching.heard(session, now);
                yield CompletableFuture.completedFuture(directoryRequests.heartbeat(session, heartbeat, asker, now));
            }
            case IndexRequest.Locate locate -> {
                AudienceId audience = locate.audience();
                yield audience == null
                        ? CompletableFuture.completedFuture(
                                directoryRequests.locate(session, locate, asker.getAddress(), overTls, now))
                        : privateShares.locate(session, locate, audience, asker.getAddress(), overTls, now);
            }
            case IndexRequest.RegisterChunks chunks -> directoryRequests.registerChunks(session, chunks);
            case IndexRequest.RegisterBulk bulk ->
                CompletableFuture.completedFuture(directoryRequests.registerBulk(session, bulk, now));
            case IndexRequest.ListUsers users ->
                CompletableFuture.completedFuture(directoryRequests.users(users, overTls, access::accountName));
            case IndexRequest.Register register -> nameRequests.register(session, register, asker.getAddress(), now);
            case IndexRequest.Deregister deregister -> nameRequests.deregister(session, requestId, deregister, now);
            case IndexRequest.Search search -> nameRequests.search(session, search, overTls);
            case IndexRequest.ListOnline list -> nameRequests.listOnline(session, list, overTls, now);
            case IndexRequest.ListAll list -> nameRequests.listAll(session, list, overTls);
            case IndexRequest.Inspect inspect -> nameRequests.inspect(session, inspect, overTls);
            case ListVersions list -> nameRequests.versions(session, list, overTls);
            case IndexRequest.Watch watch -> watching.watch(session, watch, asker.getAddress(), now);
            case IndexRequest.Unwatch unwatch -> watching.unwatch(session, unwatch);
            case IndexRequest.Quit quit -> {
                end(session);
                yield CompletableFuture.completedFuture(Answer.NONE);
            }
            case Hello hello ->
                CompletableFuture.completedFuture(
                        Answer.of(Failure.of(ErrorCode.WRONG_STATE, "This session has begun already.")));
            case IndexRequest.EchoCookie echo -> CompletableFuture.completedFuture(Answer.of(Ack.DONE));
            case AccountRequest account ->
                accountRequests == null
                        ? withoutAccounts()
                        : accountRequests.answer(session, account, asker.getAddress(), overTls, now);
            case GroupRequest group ->
                accountRequests == null
                        ? withoutAccounts()
                        : accountRequests.groups().answer(session, group, overTls);
            case AdminRequest admin ->
                accountRequests == null
                        ? withoutAccounts()
                        : accountRequests
                                .administration()
                                .answer(session, admin, asker.getAddress(), overTls, now, inside);
        };
    }

    private static CompletableFuture<Answer> withoutAccounts() {
        return CompletableFuture.completedFuture(
                Answer.of(Failure.of(ErrorCode.UNSUPPORTED, "This index has no accounts.")));
    }

    /** Others see it on their terminals, and names begin with it. */
    private static boolean isShown(String user) {
        try {
            return user.isEmpty() || Name.checkOwner(user).equals(user);
        } catch (InvalidNameException e) {
            return false;
        }
    }

    private boolean isOnline(ContentId content) {
        lock.lock();
        try {
            return directory.isOnline(content);
        } finally {
            lock.unlock();
        }
    }

    private static JoinResult refused(ErrorCode code, String sentence) {
        return new JoinResult.Refused(Failure.of(code, sentence));
    }
}
