package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.MalformedAnswerException;
import dev.shoal.transport.Pushes;
import dev.shoal.transport.SessionLostException;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A peer's session with its index. Requests go over the TLS connection of the join at first, and by datagram as soon as
 * those are known to get through; a truncated answer, a long request and a path without datagrams go over TLS. A
 * session that the index has lost is replaced, by ticket or by joining again, and the request repeated. A ticket is
 * kept while the index is away, so that its peers come back with one datagram each instead of all with a handshake.
 * Thread-safe; requests block their callers.
 */
public final class IndexClient implements IndexLine, AutoCloseable {

    /** How often a request is repeated when the session was lost in between. */
    private static final int ATTEMPTS = 3;

    /** How long a request is held back altogether when the index says that it came too soon. */
    private static final long MAX_BUSY_MILLIS = 30_000;

    /** The same for one with a password: thousands at once are more than an index checks in half a minute. */
    private static final long MAX_BUSY_WITH_PASSWORD_MILLIS = 180_000;

    /** A wait that the index asks for is worth a line from this on. */
    private static final long WORTH_A_LINE_MILLIS = 2_000;

    private final IndexAddress address;
    private final IndexDialer dialer;
    private final Self self;
    private final PeerEvents events;
    private final Pushes pushes = new Pushes();
    private final ReentrantLock joining = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile @Nullable IndexPaths session;
    private volatile @Nullable PeerId lastIndex;

    /** A session that was lost, of which the ticket may be good for another; guarded by the lock. */
    private @Nullable IndexPaths lost;

    private boolean toldOfTls;

    /** A client that has not joined yet: {@link #join} does. */
    public IndexClient(IndexAddress address, Tls tls, KnownKeys known, Self self, PeerEvents events) {
        this.address = address;
        this.dialer = new IndexDialer(address, tls, known, events, pushes);
        this.self = self;
        this.events = events;
    }

    /**
     * From now on, this one hears what the index says without being asked, in this session and all that follow: on the
     * threads that receive, so that it must not wait for anything. Each thing is told once and acknowledged; one that
     * was told before, or by another index, may come again. Until somebody listens, nothing is acknowledged.
     */
    void listen(Consumer<IndexPush> hears) {
        pushes.listen(hears);
    }

    /**
     * Begins a session, unless there is one.
     *
     * @throws PeerException UNREACHABLE when the index does not answer, VERIFICATION when its key is another
     */
    public void join() {
        joining.lock();
        try {
            if (session == null) {
                checkOpen();
                IndexPaths fresh = revive();
                if (fresh == null) {
                    fresh = dial();
                    forget();
                }
                lastIndex = fresh.index();
                session = fresh;
                if (isClosed()) {
                    // Closed meanwhile: nobody else would close this session.
                    close();
                }
            }
        } finally {
            joining.unlock();
        }
    }

    /** Which index this is; joins when needed. */
    public PeerId index() {
        return joined().index();
    }

    /** Its key, which signs tickets; joins when needed. */
    PeerKey indexKey() {
        return joined().indexKey();
    }

    /** Which index this was when it was last joined; empty before the first time. Does not wait for anything. */
    Optional<PeerId> lastIndex() {
        return Optional.ofNullable(lastIndex);
    }

    /** Whether there is a session, as far as is known here. */
    boolean isJoined() {
        return session != null;
    }

    /** Where the index is asked for. */
    @Override
    public HostAndPort address() {
        return address.address();
    }

    /** The lease of the session in milliseconds. */
    public int leaseMillis() {
        return joined().welcome().leaseMillis();
    }

    /** Number of the session, another one after each loss. */
    @Override
    public long sessionNumber() {
        return joined().welcome().session();
    }

    /** Begins a new session in place of the one that there is: by its ticket, else over TLS. */
    @Override
    public void renew() {
        IndexPaths current = joined();
        lose(current, current.welcome().session());
        join();
    }

    /** The index's clock minus this machine's when the session began, in milliseconds. */
    public long clockDifferenceMillis(long joinedAtMillis) {
        return joined().welcome().indexMillis() - joinedAtMillis;
    }

    /** Whether requests go by datagram now; else they all go over TLS. */
    @Override
    public boolean usesDatagrams() {
        IndexPaths current = session;
        return current != null && current.useDatagrams();
    }

    /**
     * Finds out whether datagrams get through, and uses them if so. Takes up to about two seconds when they do not.
     *
     * @return whether they do
     */
    @Override
    public boolean probeDatagrams(IndexRequest.Heartbeat heartbeat) {
        return joined().probe(heartbeat);
    }

    /** Says once when datagrams stop getting through, and once when they do again. */
    private synchronized void wayChanged(IndexPaths.Way way) {
        boolean overTls = way == IndexPaths.Way.TLS;
        if (overTls && !toldOfTls) {
            events.info("UDP does not get through to the index; everything goes over TLS.");
        } else if (!overTls) {
            String sentence = "Requests to the index go by UDP.";
            events.happened(toldOfTls ? PeerEvents.Level.INFO : PeerEvents.Level.DETAIL, sentence);
        }
        toldOfTls = overTls;
    }

    /**
     * Asks the index and waits for its answer.
     *
     * @param expected what the answer must be
     * @throws PeerException with the reason of the index's refusal, or UNREACHABLE
     */
    @Override
    public <R extends IndexReply> R ask(IndexRequest request, Class<R> expected) {
        Pdu answer = exchange(request);
        if (answer instanceof Failure failure) {
            throw refusal(failure);
        }
        if (!expected.isInstance(answer)) {
            throw new PeerException(
                    PeerException.Reason.FAILED,
                    "The index at " + address.address() + " answered '" + request.letter() + "' with '"
                            + answer.letter() + "', which this version does not understand.");
        }
        return expected.cast(answer);
    }

    /** As {@link #ask}, but a refusal is a value. */
    @Override
    public Pdu exchange(IndexRequest request) {
        long heldBackMillis = 0;
        int attempt = 1;
        while (true) {
            IndexPaths current = joined();
            long number = current.welcome().session();
            try {
                Pdu answer = current.exchange(request);
                if (!(answer instanceof Failure failure)) {
                    return answer;
                }
                long waitMillis = holdBackMillis(failure);
                if (failure.code() == ErrorCode.BUSY && heldBackMillis + waitMillis <= mostHeldBackMillis(request)) {
                    holdBack(waitMillis);
                    heldBackMillis += waitMillis;
                    continue;
                }
                if (failure.code() != ErrorCode.WRONG_STATE) {
                    return answer;
                }
                lose(current, number);
            } catch (MalformedAnswerException e) {
                throw notTrusted(e);
            } catch (SessionLostException e) {
                lose(current, number);
            } catch (TransportException e) {
                lose(current, number);
                if (attempt >= ATTEMPTS) {
                    throw unreachable(e);
                }
            }
            if (attempt >= ATTEMPTS) {
                throw new PeerException(
                        PeerException.Reason.UNREACHABLE,
                        "The index at " + address.address() + " drops every session. Try again later.");
            }
            attempt++;
        }
    }

    private static long mostHeldBackMillis(IndexRequest request) {
        return request instanceof AccountRequest ? MAX_BUSY_WITH_PASSWORD_MILLIS : MAX_BUSY_MILLIS;
    }

    /** As long as the index asks for, and up to a quarter more, so that not all come back at once. */
    private static long holdBackMillis(Failure failure) {
        return Math.round(Math.max(10, failure.retryAfterMillis())
                * ThreadLocalRandom.current().nextDouble(1, 1.25));
    }

    private void holdBack(long millis) {
        if (millis >= WORTH_A_LINE_MILLIS) {
            events.info("The index " + address.address() + " is busy; waiting for "
                    + AccountLine.time((int) Math.min(millis, Integer.MAX_VALUE)) + ".");
        }
        try {
            if (closed.await(millis, TimeUnit.MILLISECONDS)) {
                checkOpen();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException(PeerException.Reason.FAILED, "Interrupted while waiting for the index.", e);
        }
    }

    /** Ends the session on both sides. Does not wait for anything. */
    public void quit() {
        IndexPaths current = session;
        if (current != null) {
            try {
                current.send(new IndexRequest.Quit());
            } catch (TransportException e) {
                // The lease ends the session then.
                events.detail("The index did not hear the good-bye: " + e.getMessage());
            }
        }
        close();
    }

    /** Closes the connections for good; the index believes the session until its lease ends. */
    @Override
    public void close() {
        closed.countDown();
        IndexPaths current = session;
        session = null;
        if (current != null) {
            current.close();
        }
        if (joining.tryLock()) {
            try {
                forget();
            } finally {
                joining.unlock();
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void checkOpen() {
        if (isClosed()) {
            throw new PeerException(PeerException.Reason.UNREACHABLE, "The connection to the index was closed.");
        }
    }

    private IndexPaths joined() {
        IndexPaths current = session;
        if (current == null) {
            join();
            current = session;
        }
        if (current == null) {
            throw new PeerException(PeerException.Reason.UNREACHABLE, "The connection to the index was closed.");
        }
        return current;
    }

    private IndexPaths dial() {
        try {
            IndexDialer.Reached reached = dialer.dial();
            try {
                return welcomed(reached);
            } catch (PeerException | TransportException e) {
                reached.link().close();
                throw e;
            }
        } catch (MalformedAnswerException e) {
            throw notTrusted(e);
        } catch (TransportException e) {
            throw unreachable(e);
        }
    }

    private IndexPaths welcomed(IndexDialer.Reached reached) {
        FrameLink link = reached.link();
        Pdu answer = link.exchange(self.hello(0), IndexPaths.TLS_ANSWER_MILLIS).pdu();
        if (answer instanceof Failure failure) {
            throw refusal(failure);
        }
        if (!(answer instanceof Welcome welcome)) {
            throw new TransportException("it answered the greeting with '" + answer.letter() + "'");
        }
        IndexDialer.Place place = reached.place();
        return new IndexPaths(
                link.remoteKey(),
                place.server(),
                welcome,
                link,
                session -> attached(place, session),
                this::wayChanged,
                pushes);
    }

    /** A further connection of a session. */
    private FrameLink attached(IndexDialer.Place place, long session) {
        FrameLink link = dialer.dial(place);
        boolean attached = false;
        try {
            attached = link.exchange(self.hello(session), IndexPaths.TLS_ANSWER_MILLIS)
                            .pdu()
                    instanceof IndexReply.Ack;
            if (!attached) {
                throw new SessionLostException(session);
            }
            return link;
        } finally {
            if (!attached) {
                link.close();
            }
        }
    }

    /** The session is of no use any more; its ticket may be. */
    private void lose(IndexPaths gone, long number) {
        joining.lock();
        try {
            // Another thread may have lost it before, and found it again under another number.
            if (session != gone || gone.welcome().session() != number) {
                return;
            }
            session = null;
            gone.closeFrames();
            if (gone.mayRejoin()) {
                lost = gone;
            } else {
                gone.close();
            }
        } finally {
            joining.unlock();
        }
    }

    /** The last session's paths with a new session, by its ticket; null when that brings none. */
    private @Nullable IndexPaths revive() {
        IndexPaths gone = lost;
        try {
            if (gone != null && gone.rejoin()) {
                lost = null;
                events.detail("Rejoined the index by ticket.");
                return gone;
            }
        } catch (TransportException e) {
            events.detail("The ticket could not be shown: " + e.getMessage() + ".");
        }
        return null;
    }

    private void forget() {
        IndexPaths gone = lost;
        lost = null;
        if (gone != null) {
            gone.close();
        }
    }

    private PeerException notTrusted(MalformedAnswerException cause) {
        return new PeerException(
                PeerException.Reason.VERIFICATION,
                "The index at " + address.address() + " gave an answer that cannot be right (" + cause.getMessage()
                        + "). It runs another version of Shoal, or means no good.",
                cause);
    }

    private PeerException unreachable(TransportException cause) {
        return new PeerException(
                PeerException.Reason.UNREACHABLE,
                "The index at " + address + " is out of reach: " + cause.getMessage()
                        + ". Check the address, and that the index runs (`shoal doctor` helps).",
                cause);
    }

    /** What to tell of an answer that is not the expected one. */
    static PeerException refusal(Pdu answer) {
        return answer instanceof Failure failure
                ? refusal(failure)
                : new PeerException(PeerException.Reason.FAILED, "The index gave an answer that makes no sense.");
    }

    private static PeerException refusal(Failure failure) {
        PeerException.Reason reason = switch (failure.code()) {
            case NOT_FOUND -> PeerException.Reason.NOT_FOUND;
            case FORBIDDEN, NAME_TAKEN, NAME_OWNED, LIMIT, STALE_VERSION, NOT_LOGGED_IN, WRONG_PASSWORD, THROTTLED ->
                PeerException.Reason.NOT_ALLOWED;
            case BAD_RECORD -> PeerException.Reason.VERIFICATION;
            case BUSY -> PeerException.Reason.UNREACHABLE;
            default -> PeerException.Reason.FAILED;
        };
        // It comes from the network, and goes to a terminal.
        String sentence = SafePath.visible(failure.sentence());
        String advice = failure.code() == ErrorCode.NOT_LOGGED_IN ? " `shoal login` and `shoal signup` do so." : "";
        return new PeerException(reason, sentence + advice, failure.code());
    }
}
