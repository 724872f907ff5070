package dev.shoal.transport;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A peer's datagrams to its index: sealed requests, repeated until they are answered, and rejoining. One socket, one
 * thread that receives; requests run on their callers' threads, any number at once. Thread-safe.
 */
public final class DatagramLink implements AutoCloseable {

    /** A session's keys and counters; replaced as a whole when a new session begins. */
    private static final class Session {
        final Welcome welcome;
        final AtomicLong counter = new AtomicLong();
        final ReplayWindow window = new ReplayWindow();

        Session(Welcome welcome) {
            this.welcome = welcome;
        }
    }

    /** One attempt to rejoin that waits for its answer. */
    private record RejoinAttempt(byte[] secret, byte[] clientNonce, CompletableFuture<Welcome> welcome) {}

    /**
     * How often the system may say that nobody listens on the index's port before a request is given up: more than a
     * restart of the index takes that is over in a moment.
     */
    private static final int MAX_REFUSALS = 3;

    /** How often one request may be challenged: an echo that is lost costs one, an index that never believes it all. */
    private static final int MAX_CHALLENGES = 16;

    private final DatagramChannel channel;
    private final AtomicInteger refusals = new AtomicInteger();
    private final PendingReplies pending = new PendingReplies();
    private final Pushes pushes;
    private final SecureRandom random = new SecureRandom();
    private volatile Session session;
    private volatile @Nullable RejoinAttempt rejoining;

    /**
     * Opens a socket to the index's UDP port and starts to receive.
     *
     * @throws TransportException when there is no route or no free port
     */
    public DatagramLink(InetSocketAddress index, Welcome welcome) {
        this(index, welcome, new Pushes());
    }

    /**
     * The same.
     *
     * @param pushes hears what the index says without being asked
     */
    public DatagramLink(InetSocketAddress index, Welcome welcome, Pushes pushes) {
        this.session = new Session(welcome);
        this.pushes = pushes;
        try {
            channel = DatagramChannel.open();
            channel.connect(index);
        } catch (IOException e) {
            throw new TransportException("no datagrams can be sent to " + index + ": " + e.getMessage(), e);
        }
        Thread.ofPlatform().daemon().name("datagrams from " + index).start(this::receive);
    }

    /** Goes on with a new session. */
    public void adopt(Welcome welcome) {
        session = new Session(welcome);
    }

    /**
     * Sends a request and repeats it until its answer arrives.
     *
     * @return the answer; empty when the deadline passed without one, or nobody listens there
     * @throws SessionLostException when the index proved that it does not know the session
     * @throws TransportException when the link was closed
     */
    public Optional<Reply> exchange(IndexRequest request, Retransmission schedule) {
        return exchange(request, schedule, pending::nextId);
    }

    /**
     * The same with numbers of the caller, from whom all on this link come then: one for the request, and another one
     * when it is asked again after a challenge.
     */
    public Optional<Reply> exchange(IndexRequest request, Retransmission schedule, IntSupplier ids) {
        PendingReplies.Ticket ticket = pending.open(ids.getAsInt());
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(schedule.deadlineMillis());
            int refusedBefore = refusals.get();
            int challenges = 0;
            for (int attempt = 0; ; attempt++) {
                send(request, ticket.id());
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                long wait = Math.min(left, schedule.waitMillis(attempt, ThreadLocalRandom.current()));
                Optional<Reply> reply = await(ticket.reply(), Math.max(1, wait));
                boolean over = left <= wait || refusals.get() - refusedBefore >= MAX_REFUSALS;
                if (reply.isPresent() && reply.get().pdu() instanceof IndexReply.Challenge challenge) {
                    challenges++;
                    if (over || challenges > MAX_CHALLENGES) {
                        return Optional.empty();
                    }
                    // Show that this address is ours; the index answered the challenge instead of the request.
                    pending.close(ticket);
                    ticket = pending.open(ids.getAsInt());
                    send(new IndexRequest.EchoCookie(challenge.cookie()));
                } else if (reply.isPresent() || over) {
                    return reply;
                }
            }
        } finally {
            pending.close(ticket);
        }
    }

    /** Sends a request once, without waiting for an answer. */
    public void send(IndexRequest request) {
        send(request, 0);
    }

    /**
     * Asks for a new session by the ticket of the last welcome.
     *
     * @return the new welcome, already {@linkplain #adopt adopted}; empty when the index does not answer
     */
    public Optional<Welcome> rejoin(Retransmission schedule) {
        Welcome last = session.welcome;
        byte[] nonce = new byte[Rejoin.NONCE_BYTES];
        random.nextBytes(nonce);
        RejoinAttempt attempt = new RejoinAttempt(last.resumptionSecret(), nonce, new CompletableFuture<>());
        rejoining = attempt;
        ByteBuffer request = Rejoin.request(last.resumptionSecret(), last.ticket(), nonce, System.currentTimeMillis());
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(schedule.deadlineMillis());
        int refusedBefore = refusals.get();
        try {
            for (int number = 0; System.nanoTime() - end < 0; number++) {
                write(request.duplicate());
                long wait = schedule.waitMillis(number, ThreadLocalRandom.current());
                Optional<Welcome> welcome = await(attempt.welcome, wait);
                if (welcome.isPresent()) {
                    adopt(welcome.get());
                    return welcome;
                }
                if (refusals.get() - refusedBefore >= MAX_REFUSALS) {
                    break;
                }
            }
            return Optional.empty();
        } finally {
            rejoining = null;
        }
    }

    /** Closes the socket; waiting requests end with an error. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TransportException("the socket to the index could not be closed", e);
        } finally {
            pending.fail(new TransportException("the connection to the index was closed"));
        }
    }

    private void send(IndexRequest request, int id) {
        ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        request.encodeRequest(id, pdu);
        send(session, pdu.flip());
    }

    private void send(Session current, ByteBuffer pdu) {
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        new Sealing()
                .seal(
                        current.welcome.peerKey(),
                        current.welcome.session(),
                        current.counter.incrementAndGet(),
                        pdu,
                        datagram);
        write(datagram.flip());
    }

    private void write(ByteBuffer datagram) {
        try {
            channel.write(datagram);
        } catch (IOException e) {
            if (!channel.isOpen()) {
                throw new TransportException("the connection to the index was closed", e);
            }
            // An unreachable port shows here; the repetition and the deadline deal with it as with a loss.
            countRefusal(e);
        }
    }

    private void receive() {
        Sealing sealing = new Sealing();
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES + 1);
        while (channel.isOpen()) {
            try {
                channel.read(datagram.clear());
                if (datagram.flip().hasRemaining()) {
                    handle(datagram, sealing);
                }
            } catch (IOException e) {
                // The refusal of an earlier datagram, or the socket was closed: the loop's condition tells which.
                countRefusal(e);
            }
        }
    }

    private void countRefusal(IOException e) {
        if (e instanceof PortUnreachableException) {
            refusals.incrementAndGet();
        }
    }

    private void handle(ByteBuffer datagram, Sealing sealing) {
        Session current = session;
        switch (datagram.get(0)) {
            case Sealing.KIND_SEALED -> open(datagram, sealing, current);
            case UnknownSession.KIND -> {
                long number = current.welcome.session();
                boolean wasSent = datagram.remaining() == UnknownSession.BYTES
                        && UnknownSession.counter(datagram) > 0
                        && UnknownSession.counter(datagram) <= current.counter.get();
                if (wasSent && UnknownSession.isAuthentic(current.welcome.proofKey(), number, datagram)) {
                    pending.fail(new SessionLostException(number));
                }
            }
            case Rejoin.KIND_ANSWER -> {
                RejoinAttempt attempt = rejoining;
                if (attempt != null) {
                    Rejoin.readAnswer(attempt.secret, attempt.clientNonce, datagram)
                            .ifPresent(attempt.welcome::complete);
                }
            }
            default -> {
                // Not for us; whoever can send to this port can send this.
            }
        }
    }

    private void open(ByteBuffer datagram, Sealing sealing, Session current) {
        if (!Sealing.isSealed(datagram)
                || Sealing.session(datagram) != current.welcome.session()
                || !current.window.isFresh(Sealing.counter(datagram))) {
            return;
        }
        long counter = Sealing.counter(datagram);
        ByteBuffer pdu = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        if (sealing.open(current.welcome.indexKey(), datagram, pdu) && current.window.accept(counter)) {
            pdu.flip();
            if (pdu.remaining() < Header.BYTES) {
                return;
            }
            Header header = Header.read(pdu);
            if (!header.reply()) {
                pushed(header, pdu, current);
                return;
            }
            try {
                pending.arrived(header.id(), new Reply(IndexReply.decode(header, pdu), header.truncated()));
            } catch (MalformedPduException e) {
                pending.failed(header.id(), new MalformedAnswerException(e));
            }
        }
    }

    private void pushed(Header header, ByteBuffer body, Session current) {
        if (pushes.came(header, body)) {
            ByteBuffer answer = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
            IndexReply.Ack.DONE.encodeReply(header.id(), false, answer);
            send(current, answer.flip());
        }
    }

    private static <T> Optional<T> await(CompletableFuture<T> future, long waitMillis) {
        try {
            return Optional.of(future.get(waitMillis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TransportException cause
                    ? cause
                    : new TransportException("the request failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("interrupted while waiting for the index", e);
        }
    }
}
