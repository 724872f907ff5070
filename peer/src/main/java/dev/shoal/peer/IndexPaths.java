package dev.shoal.peer;

import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.DatagramLink;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Pushes;
import dev.shoal.transport.Reply;
import dev.shoal.transport.Retransmission;
import dev.shoal.transport.SessionLostException;
import dev.shoal.transport.TransportException;
import java.net.InetSocketAddress;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The two ways to an index within one session: the TLS connection of the join at first, and datagrams as soon as those
 * are known to get through. A truncated answer, a long request and a path without datagrams go over TLS, whose
 * connection is then opened again. Thread-safe; requests block their callers.
 */
final class IndexPaths implements AutoCloseable {

    /** How long an answer over TLS may take. */
    static final long TLS_ANSWER_MILLIS = 15_000;

    /** Which of the two ways requests take. */
    enum Way {
        /** Datagrams, and TLS for what does not fit. */
        DATAGRAMS,
        /** TLS alone. */
        TLS
    }

    /** Hears when the way changes; called on the threads of requests. */
    interface Listener {
        /** From now on it is this way. */
        void changed(Way way);
    }

    private final PeerKey indexKey;
    private final PeerId index;
    private final InetSocketAddress server;
    private final LongFunction<FrameLink> opener;
    private final Listener listener;
    private final Pushes pushes;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile Welcome welcome;
    private volatile @Nullable FrameLink frames;
    private volatile @Nullable DatagramLink datagrams;
    private volatile boolean datagramsWork;
    private volatile boolean datagramsWorked;
    private volatile boolean closed;
    /** Of both ways, so that a request is repeated on the other one under its number. Below are those of greetings. */
    private final AtomicInteger lastId = new AtomicInteger(1 << 16);
    /** How many requests are under way over TLS; guarded by the lock. */
    private int borrowed;

    /**
     * The paths of a session that has just begun.
     *
     * @param frames the connection of the join
     * @param opener opens a further connection of the session with the number that it is given
     * @param pushes hears what the index says without being asked, on either way
     */
    IndexPaths(
            PeerKey indexKey,
            InetSocketAddress server,
            Welcome welcome,
            FrameLink frames,
            LongFunction<FrameLink> opener,
            Listener listener,
            Pushes pushes) {
        this.indexKey = indexKey;
        this.index = indexKey.id();
        this.server = server;
        this.welcome = welcome;
        this.frames = frames;
        this.opener = opener;
        this.listener = listener;
        this.pushes = pushes;
    }

    /** Which index this is. */
    PeerId index() {
        return index;
    }

    /** The same with its key. */
    PeerKey indexKey() {
        return indexKey;
    }

    /** What the index said when the session began. */
    Welcome welcome() {
        return welcome;
    }

    /** Whether requests go by datagram now. */
    boolean useDatagrams() {
        return datagramsWork;
    }

    /**
     * Finds out whether datagrams get through, and uses them if so.
     *
     * @return whether they do
     */
    boolean probe(IndexRequest.Heartbeat heartbeat) {
        boolean before = datagramsWork;
        boolean work;
        try {
            work = datagrams()
                    .exchange(heartbeat, Retransmission.PROBE, lastId::incrementAndGet)
                    .isPresent();
        } catch (SessionLostException e) {
            // That came by datagram.
            work = true;
        } catch (TransportException e) {
            work = false;
        }
        if (closed) {
            // Silence tells nothing about the way then.
            return false;
        }
        datagramsWork = work;
        datagramsWorked |= work;
        if (work && !before) {
            releaseFrames();
        }
        listener.changed(work ? Way.DATAGRAMS : Way.TLS);
        return work;
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws SessionLostException when the index does not know the session any more
     * @throws TransportException when no way leads to an answer
     */
    Pdu exchange(IndexRequest request) {
        DatagramLink link = datagramsWork && fitsDatagram(request) ? datagrams : null;
        boolean unheard = false;
        Numbered number = new Numbered();
        if (link != null) {
            Optional<Reply> reply = link.exchange(request, Retransmission.REQUEST, number::next);
            if (reply.isPresent() && !reply.get().truncated()) {
                return reply.get().pdu();
            }
            unheard = reply.isEmpty();
        }
        Pdu answer = overTls(request, number.id);
        if (unheard) {
            // Only now is it sure that the index is there and that it is the datagrams that are missing.
            datagramsWork = false;
            listener.changed(Way.TLS);
        }
        return answer;
    }

    /** Sends a request without waiting for anything, on whatever way is open. */
    void send(IndexRequest request) {
        DatagramLink openDatagrams = datagrams;
        FrameLink openFrames = frames;
        if (datagramsWork && openDatagrams != null) {
            openDatagrams.send(request);
        }
        if (openFrames != null && openFrames.isOpen()) {
            openFrames.send(request);
        }
    }

    /** Whether there is a ticket, and datagrams once carried one. */
    boolean mayRejoin() {
        return datagramsWorked && !closed;
    }

    /**
     * Begins a new session by the ticket of the last: one datagram there, one back.
     *
     * @return whether the index took it
     * @throws TransportException when this was closed
     */
    boolean rejoin() {
        DatagramLink link = datagrams;
        Optional<Welcome> fresh = link == null ? Optional.empty() : link.rejoin(Retransmission.PROBE);
        fresh.ifPresent(answer -> {
            welcome = answer;
            datagramsWork = true;
        });
        return fresh.isPresent();
    }

    /** Closes the TLS connection; whoever waits for an answer over it gets an error. */
    void closeFrames() {
        FrameLink link = frames;
        frames = null;
        if (link != null) {
            link.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeFrames();
        DatagramLink link = datagrams;
        if (link != null) {
            link.close();
        }
    }

    private DatagramLink datagrams() {
        opening.lock();
        try {
            checkOpen();
            DatagramLink link = datagrams;
            if (link == null) {
                InetSocketAddress port = new InetSocketAddress(server.getAddress(), welcome.udpPort());
                link = new DatagramLink(port, welcome, pushes);
                datagrams = link;
            }
            return link;
        } finally {
            opening.unlock();
        }
    }

    /** The number of one request; the latest, when it needed several. */
    private final class Numbered {
        private int id = lastId.incrementAndGet();
        private boolean used;

        int next() {
            id = used ? lastId.incrementAndGet() : id;
            used = true;
            return id;
        }
    }

    /** What was carried out already, though its answer by datagram was lost, is answered under its number as it was. */
    private Pdu overTls(IndexRequest request, int id) {
        FrameLink link = borrowFrames();
        try {
            return link.exchange(request, TLS_ANSWER_MILLIS, id).pdu();
        } finally {
            giveFramesBack();
        }
    }

    private FrameLink borrowFrames() {
        opening.lock();
        try {
            FrameLink link = frames;
            if (link == null || !link.isOpen()) {
                checkOpen();
                link = opener.apply(welcome.session());
                frames = link;
                if (closed) {
                    link.close();
                }
            }
            borrowed++;
            return link;
        } finally {
            opening.unlock();
        }
    }

    private void giveFramesBack() {
        opening.lock();
        try {
            borrowed--;
            if (borrowed == 0 && datagramsWork) {
                closeFrames();
            }
        } finally {
            opening.unlock();
        }
    }

    /** Closes the TLS connection as soon as nobody waits for an answer over it; it is opened again when needed. */
    private void releaseFrames() {
        opening.lock();
        try {
            if (borrowed == 0) {
                closeFrames();
            }
        } finally {
            opening.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new TransportException("the connection to the index was closed");
        }
    }

    private static boolean isOverTlsOnly(IndexRequest request) {
        return request instanceof AccountRequest || request instanceof GroupRequest || request instanceof AdminRequest;
    }

    private static boolean fitsDatagram(IndexRequest request) {
        if (isOverTlsOnly(request) || (request instanceof IndexRequest.Locate locate && locate.withChunks())) {
            return false;
        }
        try {
            request.encodeRequest(0, ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES));
            return true;
        } catch (BufferOverflowException e) {
            return false;
        }
    }
}
