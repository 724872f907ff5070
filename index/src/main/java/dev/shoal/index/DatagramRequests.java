package dev.shoal.index;

import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.transport.DatagramServer;
import dev.shoal.transport.Rejoin;
import dev.shoal.transport.Sealing;
import dev.shoal.transport.UnknownSession;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes by datagram: opens, answers and seals. Everything but what waits for the database happens on the receiving
 * thread. Nothing that is not authentic changes anything or gets a longer answer than it is itself. Who sends the
 * answers, and what time it is, are arguments: it runs in virtual time as well.
 */
public final class DatagramRequests implements DatagramServer.Handler, PushWay {

    private static final Logger LOG = LoggerFactory.getLogger(DatagramRequests.class);

    /** How far the clock of a peer that rejoins may be off, either way. */
    static final long REJOIN_WINDOW_MILLIS = 600_000;

    /**
     * Rejoins of which the answer is kept for who repeats a request within its 1.5 s: a crowd comes no faster. What is
     * replayed later, within the ten minutes, meets a session that its ticket is too old for.
     */
    private static final int MAX_REJOINS = 50_000;

    /** Answers by the peer's nonce: a repetition gets the same one, and so does who recorded and replays it. */
    private static final class RecentRejoins extends LinkedHashMap<ByteBuffer, ByteBuffer> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, ByteBuffer> eldest) {
            return size() > MAX_REJOINS;
        }
    }

    private final IndexService service;
    private final RandomGenerator secure;
    private final BiConsumer<Session, IndexRequest> handled;
    private final Sealing sealing = Sealing.forMany();
    private final ByteBuffer plain = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES + 1);
    private final AnswerSeal seal;

    /** For what was answered by the database's threads. */
    private final AnswerSeal lateSeal;

    /** For what nobody asked for. */
    private final AnswerSeal pushSeal;

    private final RecentRejoins rejoins = new RecentRejoins();
    private final BiConsumer<ByteBuffer, InetSocketAddress> answers;

    /**
     * Answers from a service.
     *
     * @param secure where keys and nonces come from
     * @param answers sends an answer, which is valid until it returns
     * @param handled hears of every request that was authentic, on the receiving thread
     */
    public DatagramRequests(
            IndexService service,
            RandomGenerator secure,
            BiConsumer<ByteBuffer, InetSocketAddress> answers,
            BiConsumer<Session, IndexRequest> handled) {
        this.service = service;
        this.secure = secure;
        this.answers = answers;
        this.handled = handled;
        this.seal = new AnswerSeal(answers);
        this.lateSeal = new AnswerSeal(answers);
        this.pushSeal = new AnswerSeal(answers);
    }

    /** Whatever goes wrong with one datagram, the next one is received. */
    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from) {
        try {
            received(datagram, from, Moment.now());
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("A datagram could not be answered", e);
        }
    }

    /** A datagram has come from an address, and is not empty. */
    public void received(ByteBuffer datagram, InetSocketAddress from, Moment now) {
        if (Sealing.isSealed(datagram)) {
            sealed(datagram, from, now);
        } else if (datagram.get(datagram.position()) == Rejoin.KIND_REQUEST) {
            Rejoin.readRequest(datagram).ifPresent(request -> rejoin(request, from, now));
        }
    }

    /** To where the session was last seen; nowhere while nobody has shown to be there. */
    @Override
    public void push(Session session, int id, IndexPush push) {
        InetSocketAddress to = session.datagramAddress;
        if (to != null) {
            pushSeal.push(session, id, push, to);
        }
    }

    private void sealed(ByteBuffer datagram, InetSocketAddress from, Moment now) {
        long id = Sealing.session(datagram);
        long counter = Sealing.counter(datagram);
        Session session = service.session(id).orElse(null);
        if (session == null) {
            send(UnknownSession.answer(service.proofKey(id), id, counter), from);
            return;
        }
        SessionDatagrams datagrams = session.datagrams();
        if (!datagrams.isFresh(counter)
                || !sealing.open(session.keys().peerKey(), datagram, plain.clear())
                || !datagrams.accept(counter)) {
            return;
        }
        plain.flip();
        if (plain.remaining() >= Header.BYTES) {
            answer(session, Header.read(plain), from, now);
        }
    }

    private void answer(Session session, Header header, InetSocketAddress from, Moment now) {
        if (!header.isRequest()) {
            if (header.letter() == 'A') {
                service.acknowledged(session, header.id(), now);
            }
            return;
        }
        IndexRequest request;
        try {
            request = IndexRequest.decode(header, plain);
        } catch (MalformedPduException e) {
            Failure failure = Failure.of(e.code(), String.valueOf(e.getMessage()));
            Answer refusal = service.unreadable(session, failure, from, false, now);
            seal.send(session, header.id(), refusal, from);
            return;
        }
        if (request instanceof IndexRequest.Heartbeat) {
            session.pushWay = this;
        }
        CompletableFuture<Answer> answer = service.handle(session, header.id(), request, from, false, now);
        if (answer.isDone()) {
            seal.send(session, header.id(), answer.join(), from);
        } else {
            answer.thenAccept(late -> lateSeal.send(session, header.id(), late, from))
                    .exceptionally(e -> {
                        LOG.error("An answer could not be sent", e);
                        return null;
                    });
        }
        handled.accept(session, request);
    }

    private void rejoin(Rejoin.Request request, InetSocketAddress from, Moment now) {
        Optional<Ticket> ticket = service.openTicket(request.ticket(), now.millis());
        if (ticket.isEmpty() || !request.isAuthentic(ticket.get().resumptionSecret())) {
            return;
        }
        ByteBuffer nonce = ByteBuffer.wrap(request.clientNonce());
        ByteBuffer before = rejoins.get(nonce);
        if (before != null) {
            send(before.duplicate(), from);
            return;
        }
        if (Math.abs(now.millis() - request.timeMillis()) > REJOIN_WINDOW_MILLIS) {
            return;
        }
        if (service.rejoin(ticket.get(), SessionKeys.fresh(secure), from, now) instanceof JoinResult.Joined joined) {
            byte[] serverNonce = new byte[Rejoin.NONCE_BYTES];
            secure.nextBytes(serverNonce);
            ByteBuffer answer = Rejoin.answer(
                    ticket.get().resumptionSecret(), request.clientNonce(), serverNonce, joined.welcome());
            // What is kept has no room left over: there are many.
            rejoins.put(
                    nonce,
                    ByteBuffer.allocate(answer.remaining())
                            .put(answer.duplicate())
                            .flip());
            send(answer.duplicate(), from);
        }
    }

    private void send(ByteBuffer datagram, InetSocketAddress to) {
        answers.accept(datagram, to);
    }
}
