package dev.shoal.peer;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.DatagramLink;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Reply;
import dev.shoal.transport.Retransmission;
import dev.shoal.transport.SessionLostException;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A peer's session with its index. Requests go over the TLS connection of the join at first, and by datagram as soon as
 * those are known to get through; a truncated answer, a long request and a path without datagrams go over TLS. A
 * session that the index has lost is replaced, by ticket or by joining again, and the request repeated. Thread-safe;
 * requests block their callers.
 */
public final class IndexClient implements AutoCloseable {

    /** How long an answer over TLS may take. */
    private static final long TLS_ANSWER_MILLIS = 15_000;

    /** How often a request is repeated when the session was lost in between. */
    private static final int ATTEMPTS = 3;

    private final IndexAddress address;
    private final Tls tls;
    private final KnownKeys known;
    private final Self self;
    private final PeerEvents events;
    private final ReentrantLock joining = new ReentrantLock();

    private volatile @Nullable Session session;

    /** What a join brought about; replaced as a whole. */
    private static final class Session {
        final PeerId index;
        final InetSocketAddress server;
        volatile Welcome welcome;
        volatile @Nullable FrameLink frames;
        volatile @Nullable DatagramLink datagrams;
        volatile boolean datagramsWork;

        Session(PeerId index, InetSocketAddress server, Welcome welcome, FrameLink frames) {
            this.index = index;
            this.server = server;
            this.welcome = welcome;
            this.frames = frames;
        }

        void close() {
            FrameLink openFrames = frames;
            if (openFrames != null) {
                openFrames.close();
            }
            DatagramLink openDatagrams = datagrams;
            if (openDatagrams != null) {
                openDatagrams.close();
            }
        }
    }

    /** A client that has not joined yet: {@link #join} does. */
    public IndexClient(IndexAddress address, Tls tls, KnownKeys known, Self self, PeerEvents events) {
        this.address = address;
        this.tls = tls;
        this.known = known;
        this.self = self;
        this.events = events;
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
                session = dial();
            }
        } finally {
            joining.unlock();
        }
    }

    /** Which index this is; joins when needed. */
    public PeerId index() {
        return joined().index;
    }

    /** Where the index is asked for. */
    public HostAndPort address() {
        return address.address();
    }

    /** The lease of the session in milliseconds. */
    public int leaseMillis() {
        return joined().welcome.leaseMillis();
    }

    /** Number of the session, another one after each loss. */
    public long sessionNumber() {
        return joined().welcome.session();
    }

    /** The index's clock minus this machine's when the session began, in milliseconds. */
    public long clockDifferenceMillis(long joinedAtMillis) {
        return joined().welcome.indexMillis() - joinedAtMillis;
    }

    /** Whether requests go by datagram now; else they all go over TLS. */
    public boolean usesDatagrams() {
        Session current = session;
        return current != null && current.datagramsWork;
    }

    /**
     * Finds out whether datagrams get through, and uses them if so. Takes up to about two seconds when they do not.
     *
     * @return whether they do
     */
    public boolean probeDatagrams(IndexRequest.Heartbeat heartbeat) {
        Session current = joined();
        DatagramLink link = current.datagrams;
        if (link == null) {
            InetSocketAddress server = new InetSocketAddress(current.server.getAddress(), current.welcome.udpPort());
            link = new DatagramLink(server, current.welcome);
            current.datagrams = link;
        }
        boolean before = current.datagramsWork;
        try {
            current.datagramsWork =
                    link.exchange(heartbeat, Retransmission.PROBE).isPresent();
        } catch (TransportException e) {
            current.datagramsWork = false;
        }
        if (current.datagramsWork && !before) {
            events.detail("Requests to the index go by UDP.");
            releaseFrames(current);
        } else if (!current.datagramsWork) {
            events.detail("UDP does not get through to the index; everything goes over TLS.");
        }
        return current.datagramsWork;
    }

    /**
     * Asks the index and waits for its answer.
     *
     * @param expected what the answer must be
     * @throws PeerException with the reason of the index's refusal, or UNREACHABLE
     */
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
    public Pdu exchange(IndexRequest request) {
        for (int attempt = 1; ; attempt++) {
            Session current = joined();
            try {
                Optional<Reply> reply = current.datagramsWork && fitsDatagram(request)
                        ? byDatagram(current, request)
                        : Optional.empty();
                Pdu answer = reply.isPresent() && !reply.get().truncated()
                        ? reply.get().pdu()
                        : frames(current).exchange(request, TLS_ANSWER_MILLIS).pdu();
                if (!(answer instanceof Failure failure && failure.code() == ErrorCode.WRONG_STATE)) {
                    return answer;
                }
                lose(current);
            } catch (SessionLostException e) {
                rejoin(current);
            } catch (TransportException e) {
                lose(current);
                if (attempt >= ATTEMPTS) {
                    throw unreachable(e);
                }
            }
            if (attempt >= ATTEMPTS) {
                throw new PeerException(
                        PeerException.Reason.UNREACHABLE,
                        "The index at " + address.address() + " drops every session. Try again later.");
            }
        }
    }

    /** Ends the session on both sides. Does not wait for anything. */
    public void quit() {
        Session current = session;
        if (current != null) {
            try {
                DatagramLink datagrams = current.datagrams;
                FrameLink frames = current.frames;
                if (current.datagramsWork && datagrams != null) {
                    datagrams.send(new IndexRequest.Quit());
                }
                if (frames != null && frames.isOpen()) {
                    frames.send(new IndexRequest.Quit());
                }
            } catch (TransportException e) {
                // The lease ends the session then.
                events.detail("The index did not hear the good-bye: " + e.getMessage());
            }
        }
        close();
    }

    /** Closes the connections; the index believes the session until its lease ends. */
    @Override
    public void close() {
        Session current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }

    private Session joined() {
        Session current = session;
        if (current == null) {
            join();
            current = session;
        }
        if (current == null) {
            throw new PeerException(PeerException.Reason.UNREACHABLE, "The connection to the index was closed.");
        }
        return current;
    }

    private Session dial() {
        TransportException failure = null;
        for (InetAddress host : resolve()) {
            InetSocketAddress server =
                    new InetSocketAddress(host, address.address().port());
            try {
                FrameLink link = FrameLink.connect(server, tls);
                try {
                    address.check(link.remote(), known, events);
                    return welcomed(server, link);
                } catch (PeerException | TransportException e) {
                    link.close();
                    throw e;
                }
            } catch (TransportException e) {
                failure = e;
            }
        }
        throw unreachable(failure == null ? new TransportException("the name has no address") : failure);
    }

    private Session welcomed(InetSocketAddress server, FrameLink link) {
        Pdu answer = link.exchange(self.hello(0), TLS_ANSWER_MILLIS).pdu();
        if (answer instanceof Failure failure) {
            throw refusal(failure);
        }
        if (!(answer instanceof Welcome welcome)) {
            throw new TransportException("it answered the greeting with '" + answer.letter() + "'");
        }
        return new Session(link.remote(), server, welcome, link);
    }

    private Optional<Reply> byDatagram(Session current, IndexRequest request) {
        DatagramLink link = current.datagrams;
        Optional<Reply> reply = link == null ? Optional.empty() : link.exchange(request, Retransmission.REQUEST);
        if (reply.isEmpty()) {
            current.datagramsWork = false;
            events.info("UDP no longer gets through to the index; everything goes over TLS.");
        }
        return reply;
    }

    /** The TLS connection of a session, opened again when it was released. */
    private FrameLink frames(Session current) {
        FrameLink link = current.frames;
        if (link != null && link.isOpen()) {
            return link;
        }
        joining.lock();
        try {
            link = current.frames;
            if (link == null || !link.isOpen()) {
                link = FrameLink.connect(current.server, tls);
                address.check(link.remote(), known, events);
                Pdu answer = link.exchange(self.hello(current.welcome.session()), TLS_ANSWER_MILLIS)
                        .pdu();
                if (!(answer instanceof IndexReply.Ack)) {
                    link.close();
                    throw new SessionLostException(current.welcome.session());
                }
                current.frames = link;
            }
            return link;
        } finally {
            joining.unlock();
        }
    }

    private static void releaseFrames(Session current) {
        FrameLink link = current.frames;
        current.frames = null;
        if (link != null) {
            link.close();
        }
    }

    private void rejoin(Session lost) {
        joining.lock();
        try {
            if (session != lost) {
                return;
            }
            DatagramLink link = lost.datagrams;
            Optional<Welcome> welcome = link == null ? Optional.empty() : link.rejoin(Retransmission.PROBE);
            if (welcome.isPresent()) {
                lost.welcome = welcome.get();
                releaseFrames(lost);
                events.detail("The index has forgotten this session; rejoined.");
            } else {
                lost.close();
                session = null;
            }
        } finally {
            joining.unlock();
        }
    }

    private void lose(Session lost) {
        joining.lock();
        try {
            if (session == lost) {
                lost.close();
                session = null;
            }
        } finally {
            joining.unlock();
        }
    }

    private static boolean fitsDatagram(IndexRequest request) {
        if (request instanceof IndexRequest.Locate locate && locate.withChunks()) {
            return false;
        }
        try {
            request.encodeRequest(0, ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES));
            return true;
        } catch (BufferOverflowException e) {
            return false;
        }
    }

    private InetAddress[] resolve() {
        try {
            return InetAddress.getAllByName(address.address().host());
        } catch (UnknownHostException e) {
            throw unreachable(new TransportException("there is no host of that name", e));
        }
    }

    private PeerException unreachable(TransportException cause) {
        return new PeerException(
                PeerException.Reason.UNREACHABLE,
                "The index at " + address.address() + " is out of reach: " + cause.getMessage()
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
            case FORBIDDEN, NAME_TAKEN, NAME_OWNED, LIMIT, STALE_VERSION -> PeerException.Reason.NOT_ALLOWED;
            case BAD_RECORD -> PeerException.Reason.VERIFICATION;
            case BUSY -> PeerException.Reason.UNREACHABLE;
            default -> PeerException.Reason.FAILED;
        };
        return new PeerException(reason, failure.sentence());
    }
}
